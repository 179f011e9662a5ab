"""Parse what is sent. Decides nothing: ``actions`` refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tuoke.base.ui.refusals import SaysWhy
from tuoke.services.files.rules import NOTE_LIMIT, REASON_LIMIT
from tuoke.services.files.words import sentence


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files; empty ones pass, for the action says which it is."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return [super(_FilesField, self).clean(one, initial) for one in data or [None]]


class AttachForm(SaysWhy):
    say = staticmethod(sentence)
    file = _FilesField(
        label=_("文件"),
        allow_empty_file=True,
        widget=_FilesInput(),
        error_messages={"required": _("请先选择文件。"), "invalid": _("没有收到文件，请重新选择后再上传。")},
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=NOTE_LIMIT,
    )


class WithdrawForm(SaysWhy):
    say = staticmethod(sentence)
    reason = forms.CharField(label=_("为什么撤下"), required=False, max_length=REASON_LIMIT)
