"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict

SENTENCES: Mapping[str, StrOrPromise] = {
    "none_sent": _("请先选择文件。"),
    "too_many_at_once": _("一次最多 %(most)s 个文件，请分几次上传。"),
    "too_many": _("这里最多放 %(most)s 个文件。请先撤下不用的，或打包成一个 zip 再上传。"),
    "file_empty": _("“%(name)s”是空的（0 字节），请重新导出或扫描后再上传。"),
    "file_too_large": _("“%(name)s”有 %(megabytes)s MB，最多 %(limit)s MB。请压缩，或分成几个文件。"),
    "ending_unknown": _("“%(name)s”的格式收不了，请另存为这些格式之一：%(endings)s。"),
    "file_locked": _("“%(name)s”设有密码或限制，别人打不开。请另存为不带密码的文件再上传。"),
    "file_has_macros": _("“%(name)s”带有宏，请另存为不带宏的文件（docx、xlsx、pptx）再上传。"),
    "already_there": _("“%(name)s”已经在这里了，内容完全一样，不用再传。"),
    "note_too_long": _("说明最多 %(limit)s 个字。"),
    "reason_too_long": _("原因最多 %(limit)s 个字。"),
    "is_withdrawn": _("“%(name)s”已经撤下。"),
    "not_withdrawn": _("“%(name)s”没有撤下，不用恢复。"),
}
_MISNAMED = _("“%(name)s”的内容其实是 %(found)s，请把名字的结尾改成 .%(found)s，或另存为 .%(ending)s 再上传。")
_DAMAGED = _("“%(name)s”打不开：内容不是 %(ending)s 文件，可能没有下载完整。请重新导出后再上传。")


def sentence(reason: Reason) -> str:
    if reason.code == "file_misnamed":
        return str(_MISNAMED if reason.params["found"] else _DAMAGED) % reason.params
    said = SENTENCES.get(reason.code)
    return str(said) % reason.params if said else _now("现在不能这样做（%(code)s）。") % {"code": reason.code}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
