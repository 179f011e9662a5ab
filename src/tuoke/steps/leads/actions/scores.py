"""A score comes to its party: the columns, and a line of its history wherever something that is shown changed (S2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tuoke.base.records.bulk import insert
from tuoke.spine.customers.models import Customer, Lead, ScoreEntry
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.queries import Profiles, Weighed
from tuoke.steps.targeting.rules import Dimension


def put_score(party: Lead | Customer, weighed: Weighed, *, now: datetime) -> ScoreEntry | None:
    """Set the columns (unsaved): score, reachable maximum, version, tier unless it is given by hand, first threshold.

    Returns the history's new line (unsaved, ``party`` may still lack its key) where total, maximum or tier changed.
    """
    before = (party.score, party.score_max, party.tier)
    party.score, party.score_max = weighed.score.total, weighed.score.reachable
    party.scored_profile, party.scored_number = weighed.profile, weighed.number
    if not party.tier_by_hand:
        party.tier = weighed.tier.value if weighed.tier else ""
    if weighed.is_high and party.qualified_at is None:
        party.qualified_at = now
    changed = before != (party.score, party.score_max, party.tier)
    return entry_of(party, weighed, now=now) if changed else None


def weigh_anew(lead: Lead, profiles: Profiles, *, now: datetime) -> ScoreEntry | None:
    """After its facts changed. A converted or merged lead keeps the score that it was screened with."""
    if lead.status not in (LeadStatus.OPEN, LeadStatus.DISCARDED):
        return None
    return put_score(lead, profiles.weigh(lead), now=now)


def keep_entries(entries: Iterable[ScoreEntry | None]) -> None:
    """Store the lines; the parties are stored already."""
    lines = [entry for entry in entries if entry is not None]
    for entry in lines:
        entry.lead_id = entry.lead.pk if entry.lead else None
        entry.customer_id = entry.customer.pk if entry.customer else None
    insert(lines)


def entry_of(party: Lead | Customer, weighed: Weighed, *, now: datetime) -> ScoreEntry:
    """The line of history for the party as it stands with this score, not yet stored."""
    points = weighed.score.points
    return ScoreEntry(
        lead=party if isinstance(party, Lead) else None,
        customer=party if isinstance(party, Customer) else None,
        at=now,
        total=weighed.score.total,
        reachable=weighed.score.reachable,
        fit=points(Dimension.FIT),
        urgency=points(Dimension.URGENCY),
        chain=points(Dimension.CHAIN),
        budget=points(Dimension.BUDGET),
        tier=party.tier,
        profile=weighed.profile,
        number=weighed.number,
    )
