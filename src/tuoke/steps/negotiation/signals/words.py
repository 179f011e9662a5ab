"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.approvals import words as approvals
from tuoke.steps.negotiation import words as negotiation

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，信号和签约建议不再修改。需要继续时请先重新打开商机。"),
    "deal_won": _("商机已成交，不再提签约建议。"),
    "in_future": _("日期不能晚于今天（%(today)s）。"),
    "too_early": _("日期早于 %(first)s，请检查年份。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "text_missing": _("请写建议客户做什么、哪天做，例如“周五下午签字，下周一进场”。"),
    "extra_twice": _("已经选了让步清单里的一条，这里请空着；两者只填一个。"),
    "value_missing": _("清单之外的好处要写明对我们的代价，例如 3000；没有代价就写 0。"),
    "value_alone": _("写了代价，却没写给了什么。"),
    "value_odd": _("代价以元计，不小于 0，最多写到分，例如 8000 或 1.5万。"),
    "answer_missing": _("请选客户的答复：同意、再考虑或拒绝。"),
    "before_offer": _("答复不能早于提出的那天（%(first)s）。"),
    "signal_elsewhere": _("这个信号不属于本商机，请刷新页面。"),
    "signal_dismissed": _("这个信号已标为“不是信号”，请先恢复。"),
    "signal_judged": _("这个信号已经处理过，页面已更新。"),
    "item_elsewhere": _("资料库里没有这条促成话术，请重新选择。"),
    "concession_elsewhere": _("这一条不在本商机的让步清单里，请重新选择。"),
    "concession_given": _("让步清单里的这一条已经让出，请选择别的。"),
    "concession_pending": _("让步清单里的这一条已经在等批准或已经让出，请选择别的。"),
    "extra_given": _("这条建议的好处已经记入让步。"),
    "closing_withdrawn": _("这条签约建议已撤回，请先恢复。"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        known = reason.code in negotiation.SENTENCES
        return negotiation.sentence(reason) if known else approvals.sentence(reason)
    return str(said) % {name: _shown(value) for name, value in reason.params.items()}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def _shown(value: object) -> object:
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else value
