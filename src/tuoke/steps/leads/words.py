"""Refusals, scores and criteria of step 2 in words: what is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.base.ui import formats
from tuoke.base.ui.parts import Line
from tuoke.spine.customers import words as parties
from tuoke.spine.customers.models import STATUS_NAMES, Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals import words as deals
from tuoke.spine.playbook.rules import Finding

SENTENCES: Mapping[str, StrOrPromise] = {
    "already_claimed": _("已被%(name)s领取。公海里还有别的线索。"),
    "already_yours": _("这条线索已经是您的了。"),
    "already_converted": _("这条线索已经转成商机，不能再转一次。"),
    "lead_closed": _("线索已%(status)s，不能再改。"),
    "not_claimed": _("线索还在公海。请先领取，再转商机。"),
    "in_pool": _("线索已经在公海里了。"),
    "not_discarded": _("线索没有被标为无效，不需要恢复。"),
    "may_not_write": _("您的角色不能新建、领取或修改线索。需要时请联系主管。"),
    "may_not_assign": _("只有主管可以分配线索。"),
    "owner_not_allowed": _("只能交给您管理范围内有销售权限的同事。"),
    "lead_elsewhere": _("这条线索不由您负责，请联系负责人。"),
    "reason_missing": _("请写明理由，一两句话就够。"),
    "reason_too_long": _("理由最多 %(limit)s 个字。"),
    "nothing_to_tell_apart": _("没有需要区分的重复记录。"),
    "unknown_item": _("流程里没有这一项，请刷新页面。"),
    "note_broken": _("含有无法保存的字符，请删掉后再试。"),
    "note_too_long": _("说明太长了，请缩短。"),
}
DIMENSIONS: Mapping[str, StrOrPromise] = {
    "fit": _("画像匹配度"),
    "urgency": _("需求紧急度"),
    "chain": _("决策链完整性"),
    "budget": _("预算匹配度"),
}
RULES: Mapping[str, StrOrPromise] = {
    "fit_open": _("画像没有限定行业和规模，已知的都算匹配。"),
    "fit_unknown": _("还不知道，无法和画像比较。"),
    "urgency_soon": _("%(months)s 个月内采购。"),
    "urgency_half_year": _("%(months)s 个月后采购，在半年内。"),
    "urgency_year": _("%(months)s 个月后采购，在一年内。"),
    "urgency_later": _("%(months)s 个月后采购，还远。"),
    "urgency_passed": _("预计采购时间已经过去，需要重新确认。"),
    "urgency_unknown": _("预计采购时间还不知道。"),
    "urgency_pain_only": _("采购时间不知道，但需求提到画像里的痛点“%(pain)s”。"),
    "chain_contacted": _("已接触到决策人。"),
    "chain_decider_named": _("联系人“%(position)s”是画像里的决策人，还没确认接触。"),
    "chain_influencer": _("联系人“%(position)s”是影响者，决策人还没接触。"),
    "chain_somebody": _("只有一般联系人。"),
    "chain_nobody": _("还没有任何联系人。"),
    "budget_open": _("画像没有限定预算，已知的都算匹配。"),
    "budget_unknown": _("预算还不知道。"),
    "budget_inside": _("预算落在%(band)s之内。"),
    "budget_overlaps": _("预算与%(band)s部分重叠。"),
    "budget_above": _("预算高于%(band)s，可能是更大的项目。"),
    "budget_below": _("预算低于%(band)s。"),
    "budget_below_custom": _("预算低于%(band)s，可以定制化报价。"),
}
ASPECTS: Mapping[str, StrOrPromise] = {
    "industry": _("行业"),
    "staff": _("员工人数"),
    "revenue": _("年营收"),
    "situation": _("生活阶段"),
    "income": _("收入"),
}
VERDICTS: Mapping[str, StrOrPromise] = {
    "matches": _("%(aspect)s符合"),
    "differs": _("%(aspect)s不在画像内"),
    "inside": _("%(aspect)s符合"),
    "overlaps": _("%(aspect)s部分符合"),
    "above": _("%(aspect)s偏大"),
    "below": _("%(aspect)s偏小"),
    "unknown": _("%(aspect)s未知"),
}
MISSING: Mapping[str, StrOrPromise] = {
    "industry": _("行业"),
    "staff": _("员工人数"),
    "revenue": _("年营收"),
    "situation": _("地区和生活阶段"),
    "income": _("收入水平"),
    "purchase_on": _("预计采购时间"),
    "decision_maker": _("是否接触决策人"),
    "contact": _("联系人"),
    "position": _("联系人职位"),
    "budget": _("预算"),
}
PLACES: Mapping[str, str] = {
    "industry": "industry",
    "staff": "staff",
    "revenue": "revenue",
    "situation": "region",
    "income": "revenue",
    "purchase_on": "purchase_on",
    "decision_maker": "decision_maker",
    "contact": "contact",
    "position": "position",
    "budget": "budget",
}
"""Where on the form a missing fact is filled in."""
FIXES: Mapping[str, str] = {
    "contact_reachable": "id_phone",
    "lead_company_known": "id_company",
    "lead_source_known": "id_source",
    "budget_known": "id_budget",
    "amount_known": "id_budget",
    "decision_maker_known": "id_position",
    "decision_maker_contacted": "id_decision_maker",
}
"""Where on the form a criterion is met; the others are met on the lead's page."""


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension of a score as a person reads it. ``gain`` is what asking could add to the total."""

    name: StrOrPromise
    points: Decimal
    reachable: Decimal
    weight: Decimal
    sentence: str
    chips: list[tuple[str, str]]
    missing: list[tuple[str, str]]
    gain: Decimal


def explained(lead: Lead) -> list[DimensionView]:
    """Why the lead has its score: from what was kept when it was weighed."""
    found = lead.score_detail.get("dimensions", [])
    whole = sum((Decimal(d["weight"]) for d in found), Decimal(0)) or Decimal(1)
    return [_dimension(d, whole, reverse("leads:edit", args=[lead.pk])) for d in found]


def sentence(reason: Reason) -> str:
    """A refusal in words."""
    if reason.code == "lead_closed":
        status = STATUS_NAMES[LeadStatus(str(reason.params["status"]))]
        return str(SENTENCES["lead_closed"]) % {"status": status}
    if "kind" in reason.params:  # an unmet criterion says itself
        hint = f"：{reason.params['hint']}" if reason.params["hint"] else ""
        return f"{reason.params['title']}{hint}"
    if reason.code in SENTENCES or reason.code in parties.SENTENCES:
        return parties.sentence(reason, SENTENCES)
    said = deals.SENTENCES.get(reason.code)
    return str(said) % reason.params if said else parties.sentence(reason)


def sentences(verdict: Verdict) -> list[str]:
    return [sentence(reason) for reason in verdict.reasons]


def gate_lines(findings: Iterable[Finding], *, lead: Lead) -> list[Line]:
    """Every criterion with how it stands and where it is met."""
    return [
        Line(_criterion(finding), "" if finding.passed else place(finding, lead), _kind(finding))
        for finding in findings
    ]


def place(finding: Finding, lead: Lead) -> str:
    kind = finding.criterion.kind
    if kind in FIXES:
        return f"{reverse('leads:edit', args=[lead.pk])}#{FIXES[kind]}"
    spot = {"lead_score": "score", "lead_duplicates_clear": "duplicates"}.get(kind, f"item-{finding.criterion.key}")
    return f"{lead.get_absolute_url()}#{spot}"


def _criterion(finding: Finding) -> str:
    title = finding.criterion.title
    if finding.passed:
        return title
    if finding.criterion.kind == "lead_score":
        actual = finding.actual if finding.actual is not None else gettext("还没有")
        title = gettext("%(title)s（现在 %(actual)s）") % {"title": title, "actual": actual}
    return f"{title}：{finding.criterion.hint}" if finding.criterion.hint else title


def _kind(finding: Finding) -> str:
    if finding.met:
        return "met"
    if finding.waived:
        return "waived"
    return "hard" if finding.criterion.required else "soft"


def _dimension(found: Mapping[str, Any], whole: Decimal, edit: str) -> DimensionView:
    points, reachable, weight = (Decimal(found[name]) for name in ("points", "reachable", "weight"))
    return DimensionView(
        name=DIMENSIONS.get(found["key"], found["key"]),
        points=points,
        reachable=reachable,
        weight=(weight * 100 / whole).quantize(Decimal(1)),
        sentence=_rule(found),
        chips=_chips(found) if found["rule"] == "fit_weighed" else [],
        missing=[(str(MISSING.get(name, name)), f"{edit}#id_{PLACES.get(name, name)}") for name in found["missing"]],
        gain=((reachable - points) * weight / whole).quantize(Decimal("0.1")),
    )


def _rule(found: Mapping[str, Any]) -> str:
    params = dict(found["params"])
    if found["rule"] == "urgency_soon" and params.get("months") == 0:
        said = gettext("本月采购。")
    elif found["rule"] in RULES:
        params["band"] = _band(params)
        said = str(RULES[found["rule"]]) % params
    else:
        said = ""
    if params.get("pain") and found["rule"] != "urgency_pain_only":
        said += gettext("需求提到画像里的痛点“%(pain)s”。") % {"pain": params["pain"]}
    return said


def _band(params: Mapping[str, Any]) -> str:
    ends = [Decimal(str(params[name])) if params.get(name) is not None else None for name in ("low", "high")]
    low, high = ends
    if low is not None and high is not None:
        return gettext("画像的 %(low)s – %(high)s ") % {"low": formats.amount(low), "high": formats.amount(high)}
    end = low if low is not None else high
    return gettext("画像的预算（%(end)s）") % {"end": formats.amount(end)} if end is not None else ""


def _chips(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    tones = {"matches": "green", "inside": "green", "overlaps": "yellow", "unknown": "gray"}
    return [
        (str(VERDICTS[verdict]) % {"aspect": ASPECTS[name]}, tones.get(verdict, "red"))
        for name, verdict in found["params"].items()
        if name in ASPECTS and verdict in VERDICTS
    ]
