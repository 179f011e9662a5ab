"""The words for this room's codes: why something was refused, where an offer stands, what moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui.formats import amount, full_amount
from tuoke.spine.followups import words as followups
from tuoke.steps.negotiation.rounds.rules import Move, Shown, State

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，不再谈判。需要继续时请先重新打开商机。"),
    "deal_won": _("商机已赢单，条件以合同为准，这里不再修改。"),
    "too_many_rounds": _("一个商机最多记录 %(most)s 轮。"),
    "contact_elsewhere": _("这位联系人不属于该客户，请重新选择。"),
    "channel_missing": _("请选择谈判方式，例如 线下会议。"),
    "held_in_future": _("还没有发生的一轮不能记录。请检查日期和时间。"),
    "date_too_early": _("日期早于 %(first)s，请检查年份。"),
    "date_in_future": _("日期不能晚于今天（%(today)s）。"),
    "nothing_offered": _("双方都没有新的报价，也没有让步。请至少写下谈了什么。"),
    "price_missing": _("请写谈定的价格，例如 182万。"),
    "days_missing": _("请写谈定的交付天数，例如 60。"),
    "payment_missing": _("请写谈定的付款方式，例如 首付 40%%，上线 40%%，验收 20%%。"),
    "price_out_of_range": _("价格要大于 0，并且小于 1 万亿元，例如 182万。"),
    "price_too_fine": _("价格最多精确到分，例如 8600.50。"),
    "days_out_of_range": _("交付天数在 1 到 %(most)s 之间，例如 60。"),
    "too_many_clauses": _("最多 %(most)s 条，一行一条。请合并相近的。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "text_broken": _("含有无法保存的字符，请删掉后再试。"),
    "give_missing": _("请写给了什么，例如 加一次管理员培训。"),
    "value_missing": _("请估一下对我们的代价，不花钱就写 0。"),
    "value_out_of_range": _("代价在 0 到 1 万亿元之间，例如 8000。"),
    "concession_elsewhere": _("这一项不在本商机的让步阶梯里，请刷新后再选。"),
    "concession_given": _("这一项已经让出，不能再给一次。"),
    "concession_withdrawn": _("这一项已从让步阶梯撤回。"),
    "concession_pending": _("“%(give)s”已经记为让出，或正在等审批，不能再给一次。"),
    "extra_given": _("这条促成建议里的好处已经记为让步。"),
    "round_withdrawn": _("这一轮已撤回，请先恢复。"),
    "round_agreed": _("谈定的条件出自这一轮，不能再改。需要改时请先重新谈判。"),
    "round_elsewhere": _("这一轮不属于本商机，或者已撤回。请重新选择。"),
    "past_line": _("这个报价越过了底线（%(past)s），要主管批准后才算数。"),
    "reason_missing": _("请写理由，一两句就够。"),
    "no_approver": _("没有可以批准它的上级。请改报价，或请管理员设置上级。"),
    "not_inside": _("只有负责人、他的主管和知情人可以决定。"),
    "not_waiting": _("它已经不在等待了。请刷新页面看最新情况。"),
    "still_standing": _("这个报价还在，不用重新提出。"),
    "already_agreed": _("已经有谈定的条件。要改请先“重新谈判”。"),
    "agreement_pending": _("已有一份谈定的条件在等待确认。请先处理它。"),
    "not_agreed": _("这些条件已经不是现行的约定。请刷新页面。"),
    "already_asked": _("已经送审，正在等待决定。"),
    "own_request": _("不能审批自己的申请。"),
}
PAST_NAMES: Mapping[str, StrOrPromise] = {
    "price": _("价格"),
    "delivery_days": _("交付天数"),
    "clauses": _("不可妥协条款"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "price": _("价格"),
    "delivery_days": _("交付天数"),
    "payment": _("付款方式"),
    "extras": _("附加服务"),
    "clauses": _("条款变动"),
    "held_at": _("什么时候谈的"),
    "channel": _("方式"),
    "contact": _("和谁谈"),
    "note": _("谈了什么"),
}
SHOWN: Mapping[Shown, tuple[StrOrPromise, str]] = {
    Shown.STANDS: (_("成立"), "green"),
    Shown.NOTED: (_("已记录"), "gray"),
    Shown.AWAITS_OWNER: (_("等负责人确认"), "yellow"),
    Shown.AWAITS_APPROVAL: (_("等主管批准"), "orange"),
    Shown.REFUSED: (_("没有获准"), "red"),
    Shown.WITHDRAWN: (_("已收回"), "gray"),
    Shown.REOPENED: (_("已重新谈判"), "gray"),
}
"""Word and tone of a state, as it is shown to whoever looks."""
GIVEN: Mapping[State, tuple[StrOrPromise, str]] = {
    State.STANDS: (_("已让出"), "green"),
    State.AWAITS_APPROVAL: (_("等审批"), "orange"),
    State.REFUSED: (_("没有获准"), "red"),
    State.WITHDRAWN: (_("已撤回"), "gray"),
}


def sentence(reason: Reason) -> str:
    text = SENTENCES.get(reason.code)
    if text is None:
        return followups.sentence(reason)
    params = {"limit": "", "length": "", **reason.params}
    past = params.get("past")
    if isinstance(past, tuple):
        params["past"] = past_words(past)
    return str(text) % params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def past_words(past: Iterable[str]) -> str:
    return "、".join(str(PAST_NAMES[name]) for name in past if name in PAST_NAMES)


def step_words(move: Move) -> str:
    """降 5 万, 延 10 天; blank where nothing can be weighed."""
    if move.step is None:
        return ""
    size = abs(move.step)
    if isinstance(size, Decimal):
        text = _now("降 %(amount)s") if move.step < 0 else _now("升 %(amount)s")
        return text % {"amount": amount(size)}
    text = _now("缩短 %(days)s 天") if move.step < 0 else _now("延长 %(days)s 天")
    return text % {"days": size}


def value_words(field: str, value: object) -> str:
    """What an offer says in one field."""
    if value in (None, ""):
        return "—"
    if field == "price":
        return full_amount(Decimal(str(value)))
    if field == "delivery_days":
        return _now("%(days)s 天") % {"days": value}
    return str(value)
