"""The input by which files come in with a form of another package."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleans to a list, which is empty where none is asked for and none came. Empty files pass, for the
    action says which it is."""

    widget = FilesInput
    default_error_messages = {
        "required": _("请先选择文件。"),
        "invalid": _("没有收到文件，请重新选择后再上传。"),
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_empty_file=True, **more)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        kept = [super(FilesField, self).clean(one, initial) for one in data or [None]]
        return [one for one in kept if one]
