"""Parse what is sent. Decides nothing: ``actions`` refuse."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.services.files.fields import FilesField
from tuoke.services.files.rules import NOTE_LIMIT, REASON_LIMIT
from tuoke.services.files.words import sentence


class AttachForm(SaysWhy):
    say = staticmethod(sentence)
    file = FilesField(label=_("文件"))
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=NOTE_LIMIT,
    )


class WithdrawForm(SaysWhy):
    say = staticmethod(sentence)
    reason = forms.CharField(label=_("为什么撤下"), required=False, max_length=REASON_LIMIT)
