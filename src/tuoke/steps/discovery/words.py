"""Refusals and row errors of needs in words; the common ones are those of follow-ups' tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.followups import words

SENTENCES = {
    "description_missing": _("请写明客户需要什么。"),
    "description_too_long": _("需求描述最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "description_broken": _("需求描述里有无法保存的字符，请删掉后再试。"),
    "confirmed_in_future": _("确认时间不能晚于今天（%(today)s）。"),
    "confirmed_too_early": _("确认时间早于 %(first)s，请检查年份。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "need_withdrawn": _("这条需求已撤回，请先恢复。"),
    "deal_closed": _("商机已输单或作废，需求清单不再修改。需要继续时请先重新打开商机。"),
    "kind_unknown": _("请写 刚性需求、弹性需求 或 潜在需求"),
    "priority_unknown": _("请写 高、中 或 低"),
    "confirmation_in_future": _("确认时间不能晚于今天，例如 2026-11-20"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return words.sentence(reason)
    return str(said) % reason.params if reason.params and "%(" in str(said) else str(said)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]
