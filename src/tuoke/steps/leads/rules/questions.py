"""What asking would add (S2.4): each unknown fact with the points that the best answer brings, by the same rules.

Nothing is estimated: the lead is weighed again with the answer that the profile wishes. What one is told is not yet
verified, so an answer counts as such; ``proofs`` says what verifying what is known would add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tuoke.services.exchange.rules import Span
from tuoke.steps.leads.rules.facts import LeadFacts
from tuoke.steps.leads.rules.scoring import Score, Scorer, band_of
from tuoke.steps.targeting.rules import ProfileContent

MOST_ASKED = 3


@dataclass(frozen=True, slots=True)
class Gain:
    """``fact`` is a missing fact, or the name of a FactKind to verify; ``points`` is what it adds to the total."""

    fact: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """``questions``: every unknown fact, the most worth first. ``first`` are those to ask now, together good for
    ``reach``. ``proofs``: kinds of known facts whose verification would add points."""

    questions: tuple[Gain, ...] = ()
    first: tuple[str, ...] = ()
    reach: Decimal = Decimal(0)
    proofs: tuple[Gain, ...] = ()


def plan(scorer: Scorer, facts: LeadFacts) -> Plan:
    """What is worth asking and verifying. Some thirty weighings: for one lead on a page, not for a list."""
    now = scorer.score(facts)
    missing = tuple(dict.fromkeys(name for dimension in now.dimensions for name in dimension.missing))
    gains = [Gain(name, scorer.score(_answered(facts, name, scorer)).total - now.total) for name in missing]
    first, reach = _best_together(scorer, facts, missing)
    return Plan(
        questions=tuple(sorted(gains, key=lambda gain: -gain.points)),
        first=first,
        reach=reach,
        proofs=_proofs(scorer, facts, now),
    )


def _best_together(scorer: Scorer, facts: LeadFacts, missing: Iterable[str]) -> tuple[tuple[str, ...], Decimal]:
    """A few questions that reach furthest together: answers may make each other needless (who decides, what he is)."""
    left = list(missing)
    chosen: list[str] = []
    reach = scorer.score(facts).total
    while left and len(chosen) < MOST_ASKED:
        best = max(left, key=lambda name: scorer.score(_answered(facts, name, scorer)).total)
        after = _answered(facts, best, scorer)
        total = scorer.score(after).total
        if total <= reach:
            break
        left.remove(best)
        chosen.append(best)
        facts, reach = after, total
    return tuple(chosen), reach


def _proofs(scorer: Scorer, facts: LeadFacts, now: Score) -> tuple[Gain, ...]:
    kinds = dict.fromkeys(kind for dimension in now.dimensions for kind in dimension.unverified)
    gains = []
    for kind in kinds:
        proven = facts._replace(verified=facts.verified | int(kind))
        gains.append(Gain(kind.name.lower() if kind.name else "", scorer.score(proven).total - now.total))
    return tuple(sorted((gain for gain in gains if gain.points > 0), key=lambda gain: -gain.points))


def _answered(facts: LeadFacts, name: str, scorer: Scorer) -> LeadFacts:
    if name == "purchase_on":  # this month
        return facts._replace(purchase_on=scorer.today)
    return facts._replace(**_ANSWERS[name](facts, scorer.profile))


_ANY = "·"  # where the profile asks nothing, whatever is known fits
Answer = Callable[[LeadFacts, ProfileContent], Mapping[str, Any]]


def _size(low: str, high: str, span: str) -> Answer:
    def answer(facts: LeadFacts, profile: ProfileContent) -> Mapping[str, Any]:
        end = _inside(getattr(profile, span))
        return {low: end, high: end}

    return answer


def _inside(span: Span[Any]) -> Any:
    ends = [end for end in span if end is not None]
    return ends[0] if ends else Decimal(1)


def _budget(facts: LeadFacts, profile: ProfileContent) -> Mapping[str, Any]:
    end = _inside(band_of(profile))
    return {"budget_low": end, "budget_high": end}


_ANSWERS: Mapping[str, Answer] = {
    "industry": lambda facts, profile: {"industry": next(iter(profile.industries), _ANY)},
    "staff": _size("staff_low", "staff_high", "staff"),
    "revenue": _size("revenue_low", "revenue_high", "revenue"),
    "situation": lambda facts, profile: {"situation": next(iter(profile.life), _ANY)},
    "income": _size("revenue_low", "revenue_high", "income"),
    "decision_maker": lambda facts, profile: {"decision_maker": True, "has_contact": True},
    "contact": lambda facts, profile: {"has_contact": True},
    "position": lambda facts, profile: {"position": next(iter(profile.deciders), facts.position)},
    "budget": _budget,
}
