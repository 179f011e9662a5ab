"""Refusals of sendings in words; the others are those of the proposal."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.approvals import words as approvals
from tuoke.steps.proposals import words
from tuoke.steps.proposals.sendings.rules import Error

SENTENCES = {
    "nothing_to_send": _("还没有可以发送的方案，请先写方案。"),
    "claims_uncovered": _("有 %(count)s 处数字没有证据支持，补上证据，或请主管批准后再发：%(what)s"),
    "rigid_unanswered": _("有 %(count)s 条刚性需求在方案里没有用客户自己的事实回应：%(what)s"),
    "sections_unfinished": _("有 %(count)s 节还没写完（没有正文或留着〔待填〕）：%(what)s"),
    "proofs_stale": _("有 %(count)s 条证据已过期或已停用，请换掉：%(what)s"),
    "proofs_examples": _("有 %(count)s 条证据是随软件附带的示例，不能当真的发给客户：%(what)s"),
    "feasibility_unsigned": _("流程要求技术签认方案可行性，还没有签认，或签认后又改了内容。"),
    "offer_ended": _("方案里的报价已在 %(day)s 过期，请先更新报价。"),
    "contact_missing": _("请选择发给谁。客户还没有联系人时，先在客户页加一位。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "contact_gone": _("这位联系人已标为勿扰或已离开，请换一位联系人。"),
    "expires_missing": _("请写有效期到哪一天。"),
    "expires_passed": _("有效期要晚于今天。"),
    "expires_too_late": _("有效期最晚到 %(last)s。"),
    "challenge_without_phone": _("这位联系人没有电话，无法核对手机尾号；请补上电话或不核对。"),
    "mail_without_address": _("这位联系人没有邮箱，请补上邮箱，或只用链接。"),
    "mail_off": _("还没有设置发信服务器，发不了邮件；可以生成链接后自己发给客户。"),
    "attach_without_mail": _("附上 PDF 要先选“同时发邮件”。"),
    "too_many_preparing": _("已有 %(limit)s 份正在生成，请等它们发出后再发。"),
    "not_failed": _("这一份没有失败，不用重试。"),
    "already_out": _("已经发出，不能取消；可以停用它的链接。"),
    "remark_missing": _("请写下要说的话。"),
    "remark_taken_back": _("客户已收回这条留言。"),
    "nothing_to_ask": _("现在没有需要批准的数字。"),
    "nobody_to_ask": _("上面没有可以批准的主管，请给这些数字补上证据。"),
    "day_missing": _("请写哪一天讲的。"),
    "day_in_future": _("不能晚于今天（%(today)s）。"),
    "day_too_early": _("早于 %(first)s，请检查年份。"),
    "nobody_there": _("请选至少一位在场的客户联系人。"),
    "nothing_to_present": _("这个商机还没有方案。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("里面有无法保存的字符，请删掉后再试。"),
    "proofs_gone": _("方案依据的证据已停用或过期，请换掉后重新发送。"),
    "offer_over": _("方案里的报价已过期，请更新报价后重新发送。"),
    "not_yours_any_more": _("发送的人已经不能再写这个商机。"),
}
_SAID = {*SENTENCES, *words.SENTENCES}
ERRORS = {
    Error.RENDERING: _(
        "文件没有生成出来，什么都没有发给客户。可以再试一次；还不行时请把方案里最近改过的内容告诉管理员。"
    ),
    Error.LOST: _("生成文件的后台程序几次中断，什么都没有发给客户。请再试一次。"),
    Error.REFUSED: _("文件好了，但现在不能再发："),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is not None:
        return str(said) % reason.params if "%(" in str(said) else str(said)
    asked = getattr(approvals, "SENTENCES", {})
    return approvals.sentence(reason) if reason.code in asked else words.sentence(reason)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def error_said(error: str, codes: list[str]) -> str:
    """Why a sending didn't go out."""
    if error not in set(Error):
        return ""
    return " ".join([str(ERRORS[Error(error)]), *(sentence(Reason(code)) for code in codes if code in _SAID)])


def duration(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(count)s 秒", "%(count)s 秒", seconds) % {"count": seconds} if seconds else _now("看过")
    minutes = round(seconds / 60)
    return ngettext("%(count)s 分钟", "%(count)s 分钟", minutes) % {"count": minutes}
