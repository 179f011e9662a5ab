"""Refusals and row errors of needs in words; the common ones are those of follow-ups' tables."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.followups import words

SENTENCES = {
    "description_missing": _("请写明客户需要什么。"),
    "description_too_long": _("需求描述最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "description_broken": _("需求描述里有无法保存的字符，请删掉后再试。"),
    "pain_too_long": _("背后的痛点最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "pain_broken": _("背后的痛点里有无法保存的字符，请删掉后再试。"),
    "impact_too_long": _("业务影响最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "impact_broken": _("业务影响里有无法保存的字符，请删掉后再试。"),
    "confirmed_in_future": _("确认时间不能晚于今天（%(today)s）。"),
    "confirmed_too_early": _("确认时间早于 %(first)s，请检查年份。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "need_withdrawn": _("这条需求已撤回，请先恢复。"),
    "need_is_draft": _("这还是一条草稿，请先采纳到清单。"),
    "need_is_listed": _("这条需求已经在清单里了，不再是草稿。"),
    "never_a_draft": _("这条需求不是从草稿来的，不想要时请撤回。"),
    "merge_elsewhere": _("只能并入同一份清单里的需求。"),
    "drafts_too_many": _("一次最多记 %(limit)s 条需求，请先合并相近的。"),
    "order_unknown": _("清单刚有变动，请按最新的内容再排一次。"),
    "need_unknown": _("这条需求不在这一版清单里，请刷新页面。"),
    "nothing_to_send": _("清单里没有可以发送的需求，请先把需求写进清单。"),
    "contact_missing": _("请选择发给谁。客户还没有联系人时，先在客户页加一位。"),
    "contact_gone": _("这位联系人已标为勿扰或已离开，请换一位联系人。"),
    "expires_missing": _("请写有效期到哪一天。"),
    "expires_passed": _("有效期要晚于今天（%(today)s）。"),
    "expires_too_late": _("有效期最晚到 %(last)s。"),
    "challenge_without_phone": _("这位联系人没有电话，无法核对手机尾号；请补上电话或不核对。"),
    "message_too_long": _("附言最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "message_broken": _("附言里有无法保存的字符，请删掉后再试。"),
    "comment_missing": _("请写下要说的话。"),
    "comment_too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "comment_broken": _("里面有无法保存的字符，请删掉后再试。"),
    "comments_too_many": _("这份清单已有 %(limit)s 条留言，请直接联系您的对接人。"),
    "comment_taken_back": _("客户已收回这条留言。"),
    "already_answered": _("这条已有回复，不能收回；可以再留言说明。"),
    "name_missing": _("请写下您的姓名。"),
    "name_too_long": _("姓名最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "name_broken": _("姓名里有无法保存的字符，请重新输入。"),
    "list_superseded": _("这一版之后已发出新的一版，请打开最新的链接。"),
    "already_confirmed": _("%(name)s 已在 %(when)s 确认了这份清单。"),
    "link_dead": _("链接已过期或已收回，请联系发给您的人。"),
    "deal_closed": _("商机已输单或作废，需求清单不再修改。需要继续时请先重新打开商机。"),
    "kind_unknown": _("请写 刚性需求、弹性需求 或 潜在需求"),
    "priority_unknown": _("请写 高、中 或 低"),
    "confirmation_in_future": _("确认时间不能晚于今天，例如 2026-11-20"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return words.sentence(reason)
    return str(said) % params_of(reason) if reason.params and "%(" in str(said) else str(said)


def params_of(reason: Reason) -> dict[str, object]:
    """A moment as people here read it."""
    at = reason.params.get("at")
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if isinstance(at, datetime) else ""
    return {**reason.params, "when": when}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
