"""What is collected for translation."""

from __future__ import annotations

from tuoke.config.messages import _in_python

SOURCE = """
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

TITLE = _("方案")


def said(count):
    return _now("收不回") + ngettext("%(count)s 条", "%(count)s 条", count) + now("不是文字")
"""


def test_texts_are_found_under_whatever_name_a_file_gives_to_gettext():
    assert [text for _context, text, _plural in _in_python(SOURCE)] == ["方案", "收不回", "%(count)s 条"]
