"""Scores in words: what decided, what is unknown, what is unverified, and what asking would add (S2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.ui import formats
from tuoke.spine.customers.models import TIER_NAMES, Customer, Lead
from tuoke.spine.customers.rules import FactKind, Tier
from tuoke.steps.leads.queries import Explanation, Line
from tuoke.steps.leads.rules import DimensionScore, Gain

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

KINDS: Mapping[str, StrOrPromise] = {
    FactKind.SCALE.name or "": _("规模"),
    FactKind.BUDGET.name or "": _("预算"),
    FactKind.WANT.name or "": _("需求"),
    FactKind.CONTACT.name or "": _("联系人"),
}


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension of a score as a person reads it. ``unverified`` says what counts less, and how much."""

    name: StrOrPromise
    points: Decimal
    reachable: Decimal
    weight: Decimal
    sentence: str
    chips: list[tuple[str, str]]
    missing: list[tuple[StrOrPromise, str]]
    unverified: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact worth asking or verifying: what it is called, where it is written down, what it can add to the total."""

    name: StrOrPromise
    url: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the score's history."""

    at: datetime
    total: Decimal
    reachable: Decimal
    tier: StrOrPromise
    version: str
    moved: list[str]


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score as a page shows it. ``asks`` are those to ask now, together good for ``reach``; ``more`` the other unknown
    ones; ``proofs`` what is known and waits to be verified. ``frozen`` are the points that are all that is left of a score
    whose facts have changed since."""

    total: Decimal | None
    reachable: Decimal | None
    version: str
    profile_url: str
    dimensions: list[DimensionView]
    asks: list[Ask]
    reach: Decimal
    more: list[Ask]
    proofs: list[Ask]
    coming: Decimal | None
    lines: list[LineView]
    frozen: list[tuple[StrOrPromise, Decimal]]
    rule: StrOrPromise

    @property
    def is_open(self) -> bool:
        """Could it still rise?"""
        return self.total is not None and self.reachable is not None and self.reachable > self.total


Places = Callable[[str], str]


def places_of_lead(lead: Lead) -> Places:
    """Where a missing fact of the lead is written down: its field of the form."""
    edit = reverse("leads:edit", args=[lead.pk])
    return lambda fact: f"{edit}#id_{PLACES.get(fact, fact)}"


def places_of_customer(customer: Customer) -> Places:
    """Facts of the company stand in its form, people with the contacts, the purchase in a deal."""
    page, edit = customer.get_absolute_url(), reverse("customers:edit", args=[customer.pk])
    people = dict.fromkeys(("decision_maker", "contact", "position"), f"{page}#contacts")
    wishes = dict.fromkeys(("purchase_on", "budget"), f"{page}#deals")
    others = {**people, **wishes}
    return lambda fact: others.get(fact) or f"{edit}#id_{PLACES.get(fact, fact)}"


def score_view(party: Lead | Customer, found: Explanation, *, places: Places) -> ScoreView:
    whole = sum((d.weight for d in found.score.dimensions), Decimal(0)) if found.score else Decimal(0)
    plan = found.plan
    gains = {gain.fact: gain for gain in plan.questions}
    frozen = found.lines[0].points if not found.score and found.lines else {}
    return ScoreView(
        total=party.score,
        reachable=party.score_max,
        version=_version(found.profile, found.number),
        profile_url=reverse("targeting:profile", args=[found.profile_id]) if found.profile_id else "",
        dimensions=[
            _dimension(d, whole or Decimal(1), places, found.content.unverified_share) for d in found.score.dimensions
        ]
        if found.score
        else [],
        asks=[_ask(gains[fact], places) for fact in plan.first],
        reach=plan.reach,
        more=[_ask(gain, places) for gain in plan.questions if gain.fact not in plan.first],
        proofs=[_proof(gain) for gain in plan.proofs],
        coming=found.coming,
        lines=[_line(line) for line in found.lines],
        frozen=[(DIMENSIONS[name], points) for name, points in frozen.items()],
        rule=TIER_NAMES[found.rule] if found.rule else gettext("不分级（未到门槛）"),
    )


def _ask(gain: Gain, places: Places) -> Ask:
    return Ask(MISSING.get(gain.fact, gain.fact), places(gain.fact), gain.points)


def _proof(gain: Gain) -> Ask:
    return Ask(KINDS.get(gain.fact.upper(), gain.fact), "", gain.points)


def _version(profile: str, number: int | None) -> str:
    return gettext("%(profile)s 第 %(number)s 版") % {"profile": profile, "number": number} if profile else ""


def _line(line: Line) -> LineView:
    moved = [f"{DIMENSIONS[name]} {points:+}" for name, points in line.moved.items()]
    if line.is_other_version:
        moved.append(gettext("画像改为第 %(number)s 版") % {"number": line.number})
    return LineView(
        at=line.at,
        total=line.total,
        reachable=line.reachable,
        tier=TIER_NAMES[Tier(line.tier)] if line.tier else "",
        version=gettext("第 %(number)s 版") % {"number": line.number} if line.number else "",
        moved=moved,
    )


def _dimension(found: DimensionScore, whole: Decimal, places: Places, share: int) -> DimensionView:
    names = "、".join(str(KINDS[kind.name or ""]) for kind in found.unverified)
    unverified = gettext("%(facts)s未核验，按 %(share)s%% 计") % {"facts": names, "share": share} if names else ""
    return DimensionView(
        name=DIMENSIONS[found.key.value],
        points=found.points,
        reachable=found.reachable,
        weight=(found.weight * 100 / whole).quantize(Decimal(1)),
        sentence=_rule(found),
        chips=_chips(found) if found.rule == "fit_weighed" else [],
        missing=[(MISSING.get(name, name), places(name)) for name in found.missing],
        unverified=unverified,
    )


def _rule(found: DimensionScore) -> str:
    params = dict(found.params)
    if found.rule == "urgency_soon" and params.get("months") == 0:
        said = gettext("本月采购。")
    elif found.rule in RULES:
        params["band"] = _band(params)
        said = str(RULES[found.rule]) % params
    else:
        said = ""
    if params.get("pain") and found.rule != "urgency_pain_only":
        said += gettext("需求提到画像里的痛点“%(pain)s”。") % {"pain": params["pain"]}
    return said


def _band(params: Mapping[str, object]) -> str:
    ends = [Decimal(str(params[name])) if params.get(name) is not None else None for name in ("low", "high")]
    low, high = ends
    if low is not None and high is not None:
        return gettext("画像的 %(low)s – %(high)s ") % {"low": formats.amount(low), "high": formats.amount(high)}
    end = low if low is not None else high
    return gettext("画像的预算（%(end)s）") % {"end": formats.amount(end)} if end is not None else ""


def _chips(found: DimensionScore) -> list[tuple[str, str]]:
    tones = {"matches": "green", "inside": "green", "overlaps": "yellow", "unknown": "gray"}
    return [
        (str(VERDICTS[str(verdict)]) % {"aspect": ASPECTS[name]}, tones.get(str(verdict), "red"))
        for name, verdict in found.params.items()
        if name in ASPECTS and verdict in VERDICTS
    ]
