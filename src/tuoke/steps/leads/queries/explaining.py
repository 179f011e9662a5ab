"""Why a party has its score (S2.4): worked out anew by the rules that made it, from the version it was made with.

Nothing of an explanation is stored. It is the same weighing that bulk rescoring does, so it can't tell another story;
where facts, profile or day have moved on since the score was written, the explanation says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest

from django.utils import timezone

from tuoke.spine.customers.models import Customer, Lead, ScoreEntry
from tuoke.spine.customers.rules import LeadStatus, Tier
from tuoke.steps.leads.queries.scoring import Profiles, Yardstick, facts_for_score
from tuoke.steps.leads.queries.weighing import facts_of_customer
from tuoke.steps.leads.rules import LeadFacts, Plan, Score, Scorer, plan, tier_of
from tuoke.steps.targeting.models import ProfileVersion
from tuoke.steps.targeting.queries import said_in
from tuoke.steps.targeting.rules import Dimension, ProfileContent

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A score that a party had from ``at`` on. ``moved`` says by how much each part differs from the line before."""

    at: datetime
    total: Decimal
    reachable: Decimal
    tier: str
    profile: int | None
    number: int | None
    points: dict[str, Decimal]
    moved: dict[str, Decimal]
    is_other_version: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """``score`` is what the party has, taken apart; None where it can't be worked out any more (its facts have moved on
    since it was frozen), then ``lines`` still has the points. ``plan`` is what asking would add, empty where nothing is
    asked any more. ``rule`` is the tier by rule on that day, whatever tier was given by hand. ``coming`` is the total
    that the present profile and day give, where that is another one: a rescoring will bring it.
    """

    score: Score | None
    content: ProfileContent
    profile: str
    profile_id: int | None
    number: int | None
    plan: Plan
    rule: Tier | None
    coming: Decimal | None
    lines: tuple[Line, ...]


def explanation_of_lead(lead: Lead, *, today: date) -> Explanation:
    """Six queries at most, whatever there is to say."""
    is_pursued = lead.status in (LeadStatus.OPEN, LeadStatus.DISCARDED)
    return _explained(lead, facts_for_score(lead), today=today, is_pursued=is_pursued, campaign_id=lead.campaign_id)


def explanation_of_customer(customer: Customer, *, today: date) -> Explanation:
    """A customer is pursued as long as he is one. Ten queries at most."""
    return _explained(customer, facts_of_customer(customer), today=today, is_pursued=True, campaign_id=None)


def _explained(
    party: Lead | Customer, facts: LeadFacts, *, today: date, is_pursued: bool, campaign_id: int | None
) -> Explanation:
    entries = list(party.scores.order_by("-id")[:MOST_LINES])
    present = Profiles(today).yardstick(facts.market, campaign_id)
    result = present.scorer.score(facts)
    if is_pursued and _is_score_of(party, result):
        return _told(present, facts, result, entries, asks=True)
    for then in _as_it_was(party, entries, today):
        frozen = then.scorer.score(facts)
        if _is_score_of(party, frozen):
            coming = result.total if is_pursued and result.total != party.score else None
            return _told(then, facts, frozen, entries, asks=is_pursued, coming=coming)
    if is_pursued:
        return _told(present, facts, result, entries, asks=True, coming=result.total)
    return _told(present, facts, None, entries, asks=False)


def _told(
    by: Yardstick,
    facts: LeadFacts,
    score: Score | None,
    entries: Sequence[ScoreEntry],
    *,
    asks: bool,
    coming: Decimal | None = None,
) -> Explanation:
    return Explanation(
        score=score,
        content=by.scorer.profile,
        profile=by.name,
        profile_id=by.profile,
        number=by.number,
        plan=plan(by.scorer, facts) if asks else Plan(),
        rule=tier_of(score, facts, by.scorer.profile, by.scorer.today) if score else None,
        coming=coming,
        lines=_lines(entries),
    )


def _is_score_of(party: Lead | Customer, score: Score) -> bool:
    return (score.total, score.reachable) == (party.score, party.score_max)


def _as_it_was(party: Lead | Customer, entries: Sequence[ScoreEntry], today: date) -> Iterator[Yardstick]:
    """The version that the score carries, on the day from which it holds and today."""
    if party.scored_profile is None or party.scored_number is None:
        return
    kept = ProfileVersion.objects.select_related("profile").filter(
        profile=party.scored_profile, number=party.scored_number
    )
    version = kept.first()
    if version is None:
        return
    days = dict.fromkeys([*(timezone.localdate(entry.at) for entry in entries[:1]), today])
    for day in days:
        yield Yardstick(Scorer(said_in(version), day), version.profile_id, version.number, version.profile.name)


def _lines(entries: Sequence[ScoreEntry]) -> tuple[Line, ...]:
    """Newest first; each with what differs from the one before it."""
    return tuple(_line(entry, before) for entry, before in zip_longest(entries, entries[1:]))


def _line(entry: ScoreEntry, before: ScoreEntry | None) -> Line:
    points = {key.value: getattr(entry, key.value) for key in Dimension}
    moved = {
        name: value - getattr(before, name)
        for name, value in points.items()
        if before and getattr(before, name) != value
    }
    is_other = before is not None and (before.profile, before.number) != (entry.profile, entry.number)
    return Line(
        at=entry.at,
        total=entry.total,
        reachable=entry.reachable,
        tier=entry.tier,
        profile=entry.profile,
        number=entry.number,
        points=points,
        moved=moved,
        is_other_version=is_other,
    )
