"""The words for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.services.approvals import words as approvals
from tuoke.steps.contracts.clearances.places import REASONS
from tuoke.steps.contracts.rules import Later

SENTENCES: Mapping[str, StrOrPromise] = {
    "legal_not_asked": _("法务还没有审核这一版合同。"),
    "legal_waits": _("法务审核还在等 %(who)s 答复。"),
    "legal_refused": _("法务（%(who)s）不同意这一版合同：改好后再送审。"),
    "legal_level_short": _("法务审核要由总监代审。"),
    "contract_not_asked": _("这一版合同还没有经管理审批。"),
    "contract_waits": _("管理审批还在等 %(who)s 答复。"),
    "contract_refused": _("管理审批（%(who)s）不同意这一版合同：改好后再送审。"),
    "contract_level_short": _("这一版合同要由总监审批，%(who)s 的批准还不够。"),
    "deciders_missing": _("请选择请谁审批。"),
    "not_a_decider": _("%(name)s 现在不能审批这份合同：可能换了部门、停用，或就是负责人自己。请选择其他人。"),
    "already_cleared": _("%(who)s 已经审过现在的文字。改了合同再送审。"),
    "already_waiting": _("现在的文字已经送审，正在等答复。要换人，请先撤回。"),
    "not_waiting": _("这次审批已经有了结果或撤回了，请刷新页面。"),
    "contract_signed": _("合同已经签署，不用再送审。"),
    "contract_ended": _("合同已撤回或解除，不用再送审。"),
    "deal_closed": _("商机已输单或作废。需要继续时请先重新打开商机。"),
    "no_clauses": _("合同里还没有条款，先写条款再送审。"),
}
WHYS: Mapping[str, StrOrPromise] = {
    "large": _("大客户的合同都经法务审核"),
    "complex": _("复杂项目的合同都经法务审核"),
    "gate_asks": _("这个客户类型的流程要求法务审核后才能往下走"),
    "removed": _("去掉了资料库里必须有的条款：%(titles)s"),
    "altered": _("改了资料库里必须有的条款：%(titles)s"),
    "payment_departs": _("付款和谈定的条件不一致，主管接受了：%(titles)s"),  # of requests before lateness was told
    "paid_later": _("付款比谈定的晚，主管接受了：%(titles)s"),
    "accepted": _("有和谈定条件不一致、主管接受了的地方：%(titles)s"),
}


def sentence(reason: Reason) -> str:
    said = SENTENCES.get(reason.code)
    return approvals.sentence(reason) if said is None else str(said) % reason.params


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def against_signing(reason: Reason) -> str:
    """For ``contracts.hooks.sentences``: empty where the reason isn't this room's."""
    is_ours = reason.code in REASONS
    return sentence(reason) if is_ours else ""


def later(found: Later) -> str:
    """第 1 期付款（到这一期谈定付 40%，合同付 30%）."""
    if found.agreed is None or found.contract is None:
        return _now("付款方式（比不出早晚）")
    said = {"number": found.place, "agreed": plain(found.agreed), "contract": plain(found.contract)}
    return _now("第 %(number)s 期付款（到这一期谈定付 %(agreed)s%%，合同付 %(contract)s%%）") % said


def plain(share: Decimal) -> str:
    return f"{share.quantize(Decimal('0.01')).normalize():f}"


def why(code: str, params: Mapping[str, Any]) -> str:
    """为什么要审批: 合同金额达到 50 万元，要上级主管审批."""
    if code == "amount":
        limit = _now("%(count)s 万元") % {"count": int(Decimal(str(params["limit"])) / 10_000)}
        who = _now("总监") if params.get("level") == "director" else _now("上级主管")
        return _now("合同金额达到 %(limit)s，要%(who)s审批") % {"limit": limit, "who": who}
    titles = "、".join(map(str, params.get("titles", ())))
    return str(WHYS.get(code, code)) % {"titles": titles}
