"""评分 (S2.4): four dimensions of 0-10 points, weighted to a total of 10. One definition for one lead and for 100,000.

An unknown fact counts 0 and is named as missing, never as 'no'; ``reachable`` is what the score would be if every
missing fact turned out best and everything were verified. Where the profile asks nothing, every known value fits; an
unknown one still counts 0. A known fact that nobody has verified counts the profile's ``unverified_share`` (S2.7):
of fit the size, of urgency all, of the decision chain all, of the budget all.

ToB fit: industry 5 parts, staff 3, yearly revenue 2, of those that the profile asks. A range inside the profile's counts
whole, one that overlaps it 6/10, one outside nothing.
ToC fit: life situation 5 parts (any word of the profile's life stages and situations that occurs in region, position or
attributes), purchase power 3 (yearly income, in the lead's ``revenue``).
Urgency: by months until the expected purchase, 2 points more for a named pain of the profile.
Decision chain: contacted, named, influencer, somebody, nobody.
Budget: against the profile's customer budget, else the product's price band; below it 5 with custom quotes, else 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from tuoke.services.exchange.rules import text_key
from tuoke.spine.customers.rules import FactKind
from tuoke.steps.leads.rules.facts import LeadFacts, Place, months_until, place
from tuoke.steps.targeting.rules import Dimension, ProfileContent, Span, says

TOP = Decimal(10)
ZERO = Decimal(0)
ONE = Decimal(1)
SCALE, BUDGET, WANT, CONTACT = map(int, FactKind)  # plain numbers: a flag's own arithmetic is twenty times slower
TENTHS = tuple(Decimal(n).scaleb(-1) for n in range(101))
"""0.0 to 10.0: every total that there is."""
_TENTH = Decimal("0.1")
_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """``rule`` is the code of what decided; ``missing`` the facts that are unknown and could add points.

    ``said`` is what it would be if what is known were verified; ``unverified`` the kinds of fact that it takes.
    """

    key: Dimension
    points: Decimal
    said: Decimal
    reachable: Decimal
    weight: Decimal
    rule: str
    params: Mapping[str, object] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unverified: tuple[FactKind, ...] = ()


class Score(NamedTuple):
    """``total`` and ``reachable`` have one decimal place, half rounded up. A tuple because a million are made in one go."""

    total: Decimal
    reachable: Decimal
    dimensions: tuple[DimensionScore, ...]

    def of(self, key: Dimension) -> DimensionScore:
        return next(d for d in self.dimensions if d.key is key)

    def points(self, key: Dimension) -> Decimal:
        return self.of(key).points


def score(facts: LeadFacts, profile: ProfileContent, *, today: date) -> Score:
    """One lead against one profile. For many leads keep a ``Scorer``."""
    return Scorer(profile, today).score(facts)


_KEPT = 20_000  # remembered answers per dimension; a file of leads repeats itself
Answer = tuple[DimensionScore, int, int]
"""A dimension with its points and its maximum in tenths, times its weight."""
Memory = dict[Any, Answer]


class Scorer:
    """A profile made ready for many leads on one day."""

    def __init__(self, profile: ProfileContent, today: date) -> None:
        self.profile = profile
        self.today = today
        self._weight = {key: Decimal(profile.weights.get(key, ZERO)) for key in Dimension}
        self._scaled, self._whole = _in_whole_numbers(self._weight)
        self._share = Decimal(profile.unverified_share) / 100
        self._industries = tuple(filter(None, map(industry_key, profile.industries)))
        self._situations = tuple(filter(None, map(text_key, profile.life)))
        self._deciders = tuple(filter(None, map(text_key, profile.deciders)))
        self._influencers = tuple(filter(None, map(text_key, profile.influencers)))
        self._best_position = Decimal(8 if self._deciders else 5 if self._influencers else 3)
        self._pains = tuple((text_key(pain.text), pain.text) for pain in profile.pains if text_key(pain.text))
        self._band = band_of(profile)
        self._fits: Memory = {}
        self._urgencies: Memory = {}
        self._chains: Memory = {}
        self._budgets: Memory = {}
        self._trace = _trace_of(key for key, _ in self._pains)

    def score(self, facts: LeadFacts) -> Score:
        fit, fit_points, fit_best = self._fit(facts)
        urgency, urgency_points, urgency_best = self._urgency(facts)
        chain, chain_points, chain_best = self._chain(facts)
        budget, budget_points, budget_best = self._budget(facts)
        return Score(
            total=self._whole_of(fit_points + urgency_points + chain_points + budget_points),
            reachable=self._whole_of(fit_best + urgency_best + chain_best + budget_best),
            dimensions=(fit, urgency, chain, budget),
        )

    def _whole_of(self, weighted: int) -> Decimal:
        """Half rounded up, in whole numbers: the same as decimals would give, much faster."""
        return TENTHS[(2 * weighted + self._whole) // (2 * self._whole)]

    def _fit(self, facts: LeadFacts) -> Answer:
        key = (
            facts.market, facts.industry, facts.staff_low, facts.staff_high, facts.revenue_low, facts.revenue_high,
            facts.verified & SCALE, facts.situation if facts.market == "toc" else "",
        )  # fmt: skip
        return self._fits.get(key) or self._kept(self._fits, key, self._weigh_fit(facts))

    def _urgency(self, facts: LeadFacts) -> Answer:
        pain = self._pain_in(facts.want) if self._pains and facts.want else ""
        key = (facts.purchase_on, pain, facts.verified & WANT)
        return self._urgencies.get(key) or self._kept(self._urgencies, key, self._weigh_urgency(facts, pain))

    def _chain(self, facts: LeadFacts) -> Answer:
        key = (facts.decision_maker, facts.position, facts.has_contact, facts.verified & CONTACT)
        return self._chains.get(key) or self._kept(self._chains, key, self._weigh_chain(facts))

    def _budget(self, facts: LeadFacts) -> Answer:
        key = (facts.budget_low, facts.budget_high, facts.verified & BUDGET)
        return self._budgets.get(key) or self._kept(self._budgets, key, self._weigh_budget(facts))

    def _kept(self, memory: Memory, key: Any, found: DimensionScore) -> Answer:
        """Remembered for the next lead that is alike."""
        if len(memory) >= _KEPT:
            memory.clear()
        weight = self._scaled[found.key]
        memory[key] = answer = (found, int(found.points * 10) * weight, int(found.reachable * 10) * weight)
        return answer

    def _weigh_fit(self, facts: LeadFacts) -> DimensionScore:
        aspects = self._situation_aspects(facts) if facts.market == "toc" else self._company_aspects(facts)
        if not aspects:
            name, value = ("situation", facts.situation) if facts.market == "toc" else ("industry", facts.industry)
            return self._open(Dimension.FIT, "fit", name, is_known=bool(value.strip()))
        parts = sum((a.parts for a in aspects), ZERO)
        proven = ONE if facts.verified & SCALE else self._share
        points = sum((a.parts * a.share * (proven if a.is_size else ONE) for a in aspects), ZERO) * TOP / parts
        said = sum((a.parts * a.share for a in aspects), ZERO) * TOP / parts
        missing = tuple(a.name for a in aspects if a.is_missing)
        added = sum((a.parts for a in aspects if a.is_missing), ZERO) * TOP / parts
        params: dict[str, object] = {a.name: a.verdict for a in aspects}
        rule = "fit_unknown" if len(missing) == len(aspects) else "fit_weighed"
        return self._answer(
            Dimension.FIT, points, rule, params, missing, said=said, reachable=said + added, kind=FactKind.SCALE
        )

    def _company_aspects(self, facts: LeadFacts) -> list[_Aspect]:
        found = []
        if self._industries:
            found.append(_matched("industry", Decimal(5), industry_key(facts.industry), self._industries))
        if says(self.profile.staff):
            found.append(_ranged("staff", Decimal(3), place(facts.staff_low, facts.staff_high, self.profile.staff)))
        if says(self.profile.revenue):
            where = place(facts.revenue_low, facts.revenue_high, self.profile.revenue)
            found.append(_ranged("revenue", Decimal(2), where))
        return found

    def _situation_aspects(self, facts: LeadFacts) -> list[_Aspect]:
        found = []
        if self._situations:
            found.append(_matched("situation", Decimal(5), text_key(facts.situation), self._situations))
        if says(self.profile.income):
            where = place(facts.revenue_low, facts.revenue_high, self.profile.income)
            found.append(_ranged("income", Decimal(3), where))
        return found

    def _weigh_urgency(self, facts: LeadFacts, pain: str) -> DimensionScore:
        extra = Decimal(2) if pain else ZERO
        params: dict[str, object] = {"pain": pain} if pain else {}
        if facts.purchase_on is None:
            rule = "urgency_pain_only" if pain else "urgency_unknown"
            return self._proven(Dimension.URGENCY, extra, rule, params, facts, FactKind.WANT, missing=("purchase_on",))
        months = months_until(facts.purchase_on, self.today)
        params["months"] = months
        if months < 0:  # known once, gone by: to be asked again
            return self._answer(
                Dimension.URGENCY, ZERO, "urgency_passed", params, ("purchase_on",), said=ZERO, reachable=TOP
            )
        points, rule = next((p, r) for limit, p, r in URGENCY if limit is None or months <= limit)
        return self._proven(Dimension.URGENCY, min(TOP, points + extra), rule, params, facts, FactKind.WANT)

    def _weigh_chain(self, facts: LeadFacts) -> DimensionScore:
        if facts.decision_maker:
            return self._proven(Dimension.CHAIN, TOP, "chain_contacted", _NOTHING, facts, FactKind.CONTACT)
        position = text_key(facts.position) if facts.position else ""
        points, rule = self._chain_by_position(position, facts.has_contact)
        params: dict[str, object] = {"position": facts.position} if position else {}
        missing: list[str] = []
        reachable = points
        if facts.decision_maker is None:
            missing, reachable = ["decision_maker"], TOP
        elif not position:
            reachable = self._best_position
        elif not facts.has_contact:
            reachable = max(points, Decimal(3))
        if not facts.has_contact:
            missing.append("contact")
        if not position:
            missing.append("position")
        return self._proven(
            Dimension.CHAIN, points, rule, params, facts, FactKind.CONTACT, missing=tuple(missing), reachable=reachable
        )

    def _chain_by_position(self, position: str, has_contact: bool) -> tuple[Decimal, str]:
        if position and any(word in position for word in self._deciders):
            return Decimal(8), "chain_decider_named"
        if position and any(word in position for word in self._influencers):
            return Decimal(5), "chain_influencer"
        if has_contact:
            return Decimal(3), "chain_somebody"
        return ZERO, "chain_nobody"

    def _weigh_budget(self, facts: LeadFacts) -> DimensionScore:
        if not says(self._band):
            is_known = facts.budget_low is not None or facts.budget_high is not None
            return self._open(Dimension.BUDGET, "budget", "budget", is_known=is_known, facts=facts)
        where = place(facts.budget_low, facts.budget_high, self._band)
        if where is Place.UNKNOWN:
            return self._proven(
                Dimension.BUDGET, ZERO, "budget_unknown", _NOTHING, facts, FactKind.BUDGET, missing=("budget",)
            )
        points, rule = _BUDGET[where]
        if where is Place.BELOW and self.profile.custom_quote:
            points, rule = Decimal(5), "budget_below_custom"
        params = {"low": self._band.low, "high": self._band.high}
        return self._proven(Dimension.BUDGET, points, rule, params, facts, FactKind.BUDGET)

    def _pain_in(self, want: str) -> str:
        if self._trace is None or self._trace.search(_folded(want)) is None:
            return ""
        folded = text_key(want)
        return next((text for key, text in self._pains if key in folded), "")

    def _open(
        self, key: Dimension, rule: str, fact: str, *, is_known: bool, facts: LeadFacts | None = None
    ) -> DimensionScore:
        """The profile asks nothing here: whatever is known fits."""
        if not is_known:
            return self._answer(key, ZERO, f"{rule}_unknown", _NOTHING, (fact,), said=ZERO, reachable=TOP)
        if facts is None:
            return self._answer(key, TOP, f"{rule}_open", said=TOP, reachable=TOP)
        return self._proven(key, TOP, f"{rule}_open", _NOTHING, facts, FactKind.BUDGET)

    def _proven(
        self,
        key: Dimension,
        said: Decimal,
        rule: str,
        params: Mapping[str, object],
        facts: LeadFacts,
        kind: FactKind,
        *,
        missing: tuple[str, ...] = (),
        reachable: Decimal | None = None,
    ) -> DimensionScore:
        """A dimension that stands on one kind of fact: whole where that is verified, else its share."""
        points = said if facts.verified & kind else said * self._share
        best = reachable if reachable is not None else TOP if missing else said
        return self._answer(key, points, rule, params, missing, said=said, reachable=best, kind=kind)

    def _answer(
        self,
        key: Dimension,
        points: Decimal,
        rule: str,
        params: Mapping[str, object] = _NOTHING,
        missing: tuple[str, ...] = (),
        *,
        said: Decimal,
        reachable: Decimal,
        kind: FactKind | None = None,
    ) -> DimensionScore:
        exact, known, best = (p.quantize(_TENTH, ROUND_HALF_UP) for p in (points, said, reachable))
        unverified = (kind,) if kind is not None and exact < known else ()
        return DimensionScore(key, exact, known, best, self._weight[key], rule, params, missing, unverified)


URGENCY: tuple[tuple[int | None, Decimal, str], ...] = (
    (3, Decimal(10), "urgency_soon"),
    (6, Decimal(7), "urgency_half_year"),
    (12, Decimal(4), "urgency_year"),
    (None, Decimal(2), "urgency_later"),
)
"""Up to how many months ahead, with how many points. What has passed counts nothing."""
_BUDGET = {
    Place.INSIDE: (TOP, "budget_inside"),
    Place.OVERLAPS: (Decimal(8), "budget_overlaps"),
    Place.ABOVE: (Decimal(6), "budget_above"),
    Place.BELOW: (ZERO, "budget_below"),
}
_SHARE = {
    Place.INSIDE: ONE,
    Place.OVERLAPS: Decimal("0.6"),
    Place.ABOVE: ZERO,
    Place.BELOW: ZERO,
    Place.UNKNOWN: ZERO,
}


@dataclass(frozen=True, slots=True)
class _Aspect:
    """One thing that fit is made of; ``share`` of 1 is a whole fit. Size is a fact that can be verified."""

    name: str
    parts: Decimal
    share: Decimal
    verdict: str
    is_size: bool = False

    @property
    def is_missing(self) -> bool:
        return self.verdict == Place.UNKNOWN.value


def _matched(name: str, parts: Decimal, value: str, words: tuple[str, ...]) -> _Aspect:
    if not value:
        return _Aspect(name, parts, ZERO, Place.UNKNOWN.value)
    hit = any(word in value or value in word for word in words)
    return _Aspect(name, parts, Decimal(hit), "matches" if hit else "differs")


def _ranged(name: str, parts: Decimal, where: Place) -> _Aspect:
    return _Aspect(name, parts, _SHARE[where], where.value, is_size=True)


def industry_key(industry: str) -> str:
    """制造业, 制造行业 and 汽车制造 share 制造."""
    key = text_key(industry) if industry else ""
    return key.removesuffix("行业").removesuffix("业") or key


def _folded(text: str) -> str:
    return (text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)).casefold()


def _trace_of(keys: Iterable[str]) -> re.Pattern[str] | None:
    """Finds at least every text whose ``text_key`` holds one of the keys, in a tenth of the time that the key takes."""
    found = "|".join(r"[\W_]*".join(map(re.escape, key)) for key in keys)
    return re.compile(found) if found else None


def _in_whole_numbers(weights: Mapping[Dimension, Decimal]) -> tuple[dict[Dimension, int], int]:
    """The weights without their decimals, and their sum (1 where none weighs anything)."""
    places = max(0, *(-int(weight.as_tuple().exponent) for weight in weights.values()))
    scaled = {key: int(weight.scaleb(places)) for key, weight in weights.items()}
    return scaled, sum(scaled.values()) or 1


def band_of(profile: ProfileContent) -> Span[Decimal]:
    """What a budget is held against: the customer's budget that the profile wishes, else the product's price."""
    return profile.budget if says(profile.budget) else profile.price
