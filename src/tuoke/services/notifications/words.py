"""Refusals about mail in words: what is wrong and what would be right."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.notifications.models import STATE_NAMES
from tuoke.services.notifications.rules import MailState

SENTENCES = {
    "mail_off": _("还没有设置发信服务器，不能发邮件。请系统管理员设置 TUOKE_MAIL_URL 和 TUOKE_MAIL_FROM。"),
    "recipient_missing": _("请选择至少一位收件人。"),
    "recipient_invalid": _("“%(address)s”不是能用的邮箱地址，例如 li.ming@example.com。"),
    "too_many_recipients": _("一封邮件最多 %(limit)s 位收件人（含抄送），现在有 %(count)s 位。"),
    "subject_missing": _("请写主题。"),
    "subject_too_long": _("主题最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "subject_line_break": _("主题只能是一行，请去掉换行。"),
    "subject_broken": _("主题里有无法发送的字符，请删掉后再试。"),
    "text_missing": _("请写正文。"),
    "text_too_long": _("正文最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("正文里有无法发送的字符，请删掉后再试。"),
    "attachments_too_large": _("附件合计最多 %(megabytes)s MB。"),
    "attachment_name": _("附件“%(name)s”的文件名太长或含有换行。"),
    "attachment_type": _("附件“%(name)s”的类型不能识别。"),
    "mail_not_failed": _("这封邮件现在是“%(state)s”，不能再发一次。"),
    "mail_not_unsure": _("这封邮件现在是“%(state)s”，不需要确认。"),
    "mail_not_waiting": _("这封邮件现在是“%(state)s”，不能取消了。"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return gettext("不能发送（%(code)s）") % {"code": reason.code}
    params = dict(reason.params)
    if "state" in params:
        params["state"] = STATE_NAMES[MailState(str(params["state"]))]
    return str(said) % params if params else str(said)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
