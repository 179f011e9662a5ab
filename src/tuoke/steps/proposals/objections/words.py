"""The words for this room's codes: why something was refused, why an objection is expected."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.catalog.models import MOTION_NAMES
from tuoke.spine.catalog.rules import Motion, said_yuan
from tuoke.spine.library.words import OBJECTION_KINDS, told
from tuoke.steps.proposals.objections.models import RESULT_NAMES, STATE_NAMES
from tuoke.steps.proposals.objections.rules import Result, State

SENTENCES: Mapping[str, StrOrPromise] = {
    "deal_closed": gettext_lazy("商机已输单或作废，这里的内容不再修改。需要继续时请先重新打开商机。"),
    "objection_withdrawn": gettext_lazy("这条异议已撤回，请先恢复。"),
    "text_missing": gettext_lazy("请写客户会怎么说，例如 你们太贵了，超出我们的预算。"),
    "too_long": gettext_lazy("最多 %(limit)s 个字，现在有 %(found)s 个。"),
    "text_broken": gettext_lazy("含有无法保存的字符，请删掉后再试。"),
    "too_many_proofs": gettext_lazy("最多选 %(limit)s 条证据，现在选了 %(found)s 条。挑最有说服力的。"),
    "too_many_objections": gettext_lazy("一个商机最多 %(most)s 条异议（含已撤回的）。请合并相近的。"),
    "proof_unknown": gettext_lazy("只能引用资料库里的案例和证据，请重新选择。"),
    "source_unknown": gettext_lazy("这条异议不在资料库里了，请重新选择。"),
    "not_predicted": gettext_lazy("商机的事实变了，这条异议不再是预判。需要的话请手工加一条。"),
    "already_listed": gettext_lazy("这条预判已经有人在准备，请刷新页面，在原来那条上修改。"),
    "contact_elsewhere": gettext_lazy("这位联系人不属于该客户，请重新选择。"),
    "followup_elsewhere": gettext_lazy("这条跟进不属于该商机，请重新选择。"),
    "day_in_future": gettext_lazy("日期不能晚于今天（%(today)s）。"),
    "day_too_early": gettext_lazy("请检查年份。"),
    "answer_missing": gettext_lazy("还没有备好回答，请先写怎么答。"),
    "result_missing": gettext_lazy("请选客户的反应：接受、部分接受，还是没有接受。"),
    "reason_missing": gettext_lazy("请写为什么不适用，例如 客户已明确预算可以增加。"),
}


def sentence(reason: Reason) -> str:
    """What is wrong and what would be right. An unknown code is said as it is."""
    if reason.code == "state_unfit":
        state = STATE_NAMES.get(State(str(reason.params["state"])), "")
        return _("它现在是“%(state)s”，不能这样做。请刷新页面看最新的状态。") % {"state": state}
    said = SENTENCES.get(reason.code)
    return str(said) % {"limit": "", "found": "", **reason.params} if said else reason.code


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def kind_name(kind: str) -> StrOrPromise:
    return OBJECTION_KINDS.get(kind, kind)


def state_name(state: str) -> StrOrPromise:
    return STATE_NAMES[State(state)]


def result_name(result: str) -> StrOrPromise:
    return RESULT_NAMES.get(Result(result), "") if result else ""


# Why an objection is expected

_EXPECTED: Mapping[str, StrOrPromise] = {
    "price_above_budget": gettext_lazy("我们的价格 %(price)s 高于客户预算 %(budget)s"),
    "rival_cheaper": gettext_lazy("%(rival)s的价格约 %(theirs)s，低于我们的 %(price)s"),
    "budget_unknown": gettext_lazy("价格 %(price)s 已经报出，客户预算还不清楚"),
    "short_deadline": gettext_lazy("预计 %(close_on)s 签约，只剩 %(days)s 天"),
    "urgent_need": gettext_lazy("需求里写着时间紧：“%(need)s”"),
    "sensitive_industry": gettext_lazy("客户属于%(industry)s，对数据安全要求高"),
    "security_need": gettext_lazy("需求里提到安全：“%(need)s”"),
    "competitor_named": gettext_lazy("客户同时在看：%(rivals)s"),
    "somebody_against": gettext_lazy("客户里有人反对：%(people)s"),
    "first_deal": gettext_lazy("新客户，第一次合作，还没有亲眼见过效果"),
    "far_away": gettext_lazy("跨区域的客户，我们不在当地"),
}
_REMEDIES: Mapping[str, StrOrPromise] = {
    "price_above_budget": gettext_lazy("按预计金额或现行报价，对客户预算上限"),
    "rival_cheaper": gettext_lazy("竞品对比里有一家比我们低 5% 以上"),
    "budget_unknown": gettext_lazy("有价格，没有客户预算"),
    "short_deadline": gettext_lazy("离预计签约日期 45 天以内"),
    "urgent_need": gettext_lazy("需求描述里有“尽快、赶在、年底前”等说法"),
    "sensitive_industry": gettext_lazy("金融、公共管理、医疗、能源、教育"),
    "security_need": gettext_lazy("需求描述里有“安全、合规、权限”等说法"),
    "competitor_named": gettext_lazy("竞品对比里有登记的竞品"),
    "no_decider_met": gettext_lazy("决策链上的决策人还没有见过"),
    "many_departments": gettext_lazy("大客户，或复杂项目"),
    "somebody_against": gettext_lazy("决策链上有反对者，或态度为反对"),
    "big_change": gettext_lazy("需求描述里有“整合、替换、流程”等说法，或需求有五条以上"),
    "first_deal": gettext_lazy("拓展方式是新客户开拓"),
    "far_away": gettext_lazy("拓展方式是跨区域"),
    "nothing_presses": gettext_lazy("没有预计签约日期，或在 150 天以后"),
}
RULE_TEXTS: Mapping[str, StrOrPromise] = {
    "price_above_budget": gettext_lazy("你们的价格超出了我们的预算。"),
    "rival_cheaper": gettext_lazy("另一家比你们便宜。"),
    "budget_unknown": gettext_lazy("这个价格我们要看值不值。"),
    "short_deadline": gettext_lazy("这么短的时间，你们来得及吗？"),
    "urgent_need": gettext_lazy("我们赶时间，你们会不会拖？"),
    "sensitive_industry": gettext_lazy("数据交给你们，我们不放心。"),
    "security_need": gettext_lazy("数据安全你们怎么保证？"),
    "competitor_named": gettext_lazy("别家也能做，为什么选你们？"),
    "no_decider_met": gettext_lazy("我做不了主，要领导定。"),
    "many_departments": gettext_lazy("要几个部门都同意才行。"),
    "somebody_against": gettext_lazy("我们内部有人不同意。"),
    "big_change": gettext_lazy("动静太大，我们改不动。"),
    "first_deal": gettext_lazy("没合作过，效果怎么保证？"),
    "far_away": gettext_lazy("你们不在本地，有事来得了吗？"),
    "nothing_presses": gettext_lazy("现在不急，以后再说。"),
}
"""By rule what the customer would say, where the library has nothing that fits."""
_MONEY = ("price", "budget", "theirs")


def why(rule: str, facts: Mapping[str, object]) -> str:
    """The facts behind a prediction, in one sentence; empty for what somebody thought of."""
    if rule == "no_decider_met":
        return _("决策人还没有见过") if facts.get("has_decider") else _("还不知道谁拍板")
    if rule == "many_departments":
        return _("复杂项目，要几个部门点头") if facts.get("is_complex") else _("大客户，要几个部门点头")
    if rule == "big_change":
        if "need" in facts:
            return _("需求牵动现有的做法：“%(need)s”") % facts
        return _("需求有 %(needs)s 条，牵动面大") % facts
    if rule == "nothing_presses":
        if not facts.get("close_on"):
            return _("还没有预计签约日期")
        return _("预计 %(close_on)s 签约，还有 %(days)s 天") % facts
    said = _EXPECTED.get(rule)
    return str(said) % {name: _said(name, value) for name, value in facts.items()} if said and facts else ""


def rule_name(rule: str) -> StrOrPromise:
    """When a rule speaks, for whoever wants to check it."""
    return _REMEDIES.get(rule, "")


def _said(name: str, value: object) -> str:
    if name in _MONEY:
        return _("%(amount)s 元") % {"amount": said_yuan(Decimal(str(value)))}
    if name == "motion":
        return str(MOTION_NAMES[Motion(str(value))])
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


FIELD_NAMES: Mapping[str, StrOrPromise] = {
    "kind": gettext_lazy("类型"),
    "text": gettext_lazy("客户会怎么说"),
    "answer": gettext_lazy("我们怎么答"),
    "alternative": gettext_lazy("做不到时的替代办法"),
    "backing": gettext_lazy("其他依据"),
    "proofs": gettext_lazy("证据"),
}

__all__ = [
    "FIELD_NAMES",
    "RULE_TEXTS",
    "kind_name",
    "result_name",
    "rule_name",
    "sentence",
    "sentences",
    "state_name",
    "told",
    "why",
]
