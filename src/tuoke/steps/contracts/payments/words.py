"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": _("商机已输单或作废，不能再改回款。需要继续时请先重新打开商机。"),
    "no_contract": _("还没有合同。先起草合同，再排回款计划。"),
    "no_amount": _("合同还没有金额。先在合同里填金额，再排回款计划。"),
    "not_signed": _("合同签署以后才能登记到账。请先在“合同”里完成签署。"),
    "already_planned": _("已经有回款计划。要重新排，请先撤销原来的各期，或直接修改。"),
    "nothing_to_link": _("启动计划里没有对得上的里程碑。请逐期修改，选择里程碑或填写日期。"),
    "name_missing": _("请填写这一期的名称，例如 首付款。"),
    "too_long": _("最多 %(limit)s 个字，现在有 %(length)s 个。"),
    "amount_missing": _("请填写金额，例如 15万 或 150,000。"),
    "amount_odd": _("金额太大或看不明白，请检查单位：这里以元计，例如 15万。"),
    "amount_not_positive": _("金额要大于 0，例如 15万。退款请用“登记退款”。"),
    "amount_too_fine": _("金额最多写到分，例如 1250.50。"),
    "due_twice": _("日期和里程碑只能选一个：按里程碑到期的，日期会跟着计划走。"),
    "due_missing": _("请填写到期日期，或选择一个里程碑。"),
    "before_deal": _("日期早于 %(first)s，请检查年份。"),
    "day_odd": _("这个日期太早或太远，请检查年份，例如 2027-03-15。"),
    "days_after": _("里程碑之后的天数在 0 到 %(most)s 之间，例如 7。"),
    "remind_days": _("提前提醒的天数在 0 到 %(most)s 之间，例如 7。"),
    "too_many": _("最多分 %(most)s 期。"),
    "too_many_receipts": _("一个商机最多登记 %(most)s 笔，请联系管理员。"),
    "over_contract": _("各期加起来会超过合同金额 ¥%(whole)s，这一期最多还能排 ¥%(left)s。合同要加价，请先签补充协议。"),
    "below_received": _("这一期已经到账 ¥%(received)s，金额不能比它少。"),
    "milestone_elsewhere": _("这个里程碑不在本项目的启动计划里，请重新选择。"),
    "is_withdrawn": _("“%(name)s”已经撤销，请先恢复或选别的一期。"),
    "not_withdrawn": _("“%(name)s”没有撤销，不用恢复。"),
    "has_receipts": _("这一期已经到账 ¥%(received)s，不能撤销。请先把到账改记到别的一期，或撤销到账。"),
    "received_on_missing": _("请填写日期，例如 2027-03-15。"),
    "received_in_future": _("日期在以后。只登记已经发生的，最晚是今天。"),
    "over_contract_received": _(
        "合计会超过合同金额 ¥%(whole)s，最多还能登记 ¥%(left)s。多付的请退回，或先签补充协议。"
    ),
    "over_instalment": _("这一期只差 ¥%(rest)s，多出 ¥%(more)s。请选“按到期先后自动分到各期”，或把多出的另记一笔。"),
    "instalment_elsewhere": _("这一期不属于这个商机，请重新选择。"),
    "already_entered": _("流水号 %(reference)s 当天已经登记过，不用重复登记。"),
    "refund_reason_missing": _("请写明为什么退款，例如：取消第二期模块，按补充协议退回。"),
    "refund_too_large": _("最多能退 ¥%(received)s：退款不能比已经到账的多。"),
    "reason_missing": _("请写明为什么撤销，例如：金额输错。"),
    "receipt_is_withdrawn": _("这一笔已经撤销。"),
    "receipt_not_withdrawn": _("这一笔没有撤销，不用恢复。"),
    "would_be_negative": _("这样一来退款会比到账还多。请先撤销相关的退款。"),
    "no_room": _("“%(name)s”已经撤销或由别的到账付清，放不下这一笔。请重新登记。"),
}
FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "name": _("名称"),
    "amount": _("金额"),
    "due_on": _("到期日期"),
    "milestone": _("里程碑"),
    "days_after": _("之后几天"),
    "in_workdays": _("按工作日计算"),
    "remind_days": _("提前几天提醒"),
    "method": _("付款方式"),
    "note": _("备注"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    if said is None:
        return _now("现在不能这样做（%(code)s）。") % {"code": reason.code}
    return str(said) % {key: _shown(value) for key, value in reason.params.items()}


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def _shown(value: object) -> object:
    return f"{value:,.2f}" if isinstance(value, Decimal) else value
