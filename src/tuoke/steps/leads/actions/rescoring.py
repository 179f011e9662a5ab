"""Leads and customers are weighed anew when a profile, their facts or the day have changed (S2.4).

Each chunk is read and weighed without a lock and written in a transaction of its own, together with the mark that says
how far the rescoring is. A party that was edited in between isn't touched: it is locked, read again and weighed by what
it says now. So a rescoring may be stopped or killed anywhere, and two may run at once.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.records import bulk_changes
from tuoke.base.records.actions import record
from tuoke.base.records.bulk_reading import rows_of, unmapped
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Customer, Lead, ScoreEntry
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.leads.actions.scores import keep_entries, put_score, weigh_anew
from tuoke.steps.leads.actions.shared import RESULTS
from tuoke.steps.leads.models import Rescoring
from tuoke.steps.leads.queries import Clock, Profiles, Weighed, clock, weigh_customer
from tuoke.steps.leads.queries.weighing import (
    Standing,
    customers_to_weigh,
    leads_to_weigh,
    standings,
    standings_of_customers,
)

CHUNK = 10_000
Progress = Callable[[int], None]


def rescore(
    *,
    by: Principal,
    now: datetime,
    campaign: Campaign | None = None,
    chunk: int = CHUNK,
    progress: Progress | None = None,
) -> int:
    """Weigh every open lead (of the campaign) and every customer by the profiles of today, here and now.

    Writes only what changed. ``progress`` is told how many were looked at. Returns how many changed.
    """
    run = begin_rescoring(reason=by.name, now=now, campaign=campaign.pk if campaign else None)
    return carry_on(run=run, by=by, now=now, chunk=chunk, progress=progress)


@transaction.atomic
def begin_rescoring(
    *,
    reason: str,
    now: datetime,
    profile: int | None = None,
    campaign: int | None = None,
    last: Rescoring | None = None,
) -> Rescoring:
    """A rescoring to be carried on. It takes the place of an unfinished one that covers no more than this.

    With ``last``, the newest that looked at everything, it looks only at what the days since can have changed.
    """
    today = timezone.localdate(now)
    since = last.today if last else None
    covered = Rescoring.objects.unfinished()
    if (profile, campaign) != (None, None):
        covered = covered.filter(profile=profile, campaign=campaign)
    elif since is not None:
        covered = covered.filter(profile=None, campaign=None, since__gte=since)
    covered.update(finished_at=now, superseded=True)
    return Rescoring.objects.create(
        reason=reason[:80], profile=profile, campaign=campaign, since=since, today=today, started_at=now, seen_at=now
    )


def carry_on(
    *, run: Rescoring, by: Principal, now: datetime, chunk: int = CHUNK, progress: Progress | None = None
) -> int:
    """Bring a rescoring to its end from where it stands. Returns how many changed in all.

    Two that carry on the same one share the work; a superseded one ends at the next chunk.
    """
    profiles, clock_now = Profiles(timezone.localdate(now)), clock()
    if run.total is None:
        run.total = leads_to_weigh(run).count() + customers_to_weigh(run).count()
        Rescoring.objects.filter(pk=run.pk).update(total=run.total)
    with unmapped():
        while run.finished_at is None:
            before = run.done
            with _collecting_later():
                _step(run, profiles, clock_now, by=by, now=now, chunk=chunk)
            run.refresh_from_db()
            if progress is not None and run.done > before:
                progress(run.done)
    return run.changed


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Rows make no cycles; looking for some among them takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def reweigh(*, now: datetime, lead: Lead | None = None, customer: Customer | None = None) -> None:
    """Weigh one party whose facts have just changed, in the transaction that changed them.

    The record in hand is brought up to date. A lead that isn't pursued any more keeps its score.
    """
    profiles = Profiles(timezone.localdate(now))
    if lead is not None:
        before = lead.tier
        _save_score(lead, weigh_anew(lead, profiles, now=now), before)
    if customer is not None:
        before = customer.tier
        _save_score(customer, put_score(customer, weigh_customer(customer, profiles), now=now), before)


def after_customer_change(customer: Customer, by: Principal, now: datetime) -> None:
    """Wired into ``customers.hooks.on_customer_changed``: what is known of him and his people weighs."""
    reweigh(customer=customer, now=now)


def after_deal_change(deal: Opportunity, by: Principal, now: datetime) -> None:
    """Wired into ``deals.hooks.on_changed``: a deal's amount and date are its customer's budget and urgency."""
    reweigh(customer=deal.customer, now=now)


class _Part(NamedTuple):
    """How one kind of party is found and read."""

    model: type[Lead] | type[Customer]
    to_weigh: Callable[[Rescoring], QuerySet[Any]]
    standings: Callable[[QuerySet[Any]], list[Standing]]


_PARTS = {
    "leads": _Part(Lead, leads_to_weigh, standings),
    "customers": _Part(Customer, customers_to_weigh, standings_of_customers),
}


def _step(run: Rescoring, profiles: Profiles, clock: Clock, *, by: Principal, now: datetime, chunk: int) -> None:
    """The next chunk, and the mark behind it."""
    part = _PARTS[run.part]
    profiles.renew()
    rows = part.standings(part.to_weigh(run).filter(pk__gt=run.at_id).order_by("pk")[:chunk])
    if not rows:
        _next_part(run, by=by, now=now)
        return
    news = _changed(rows, profiles)
    with transaction.atomic():
        missed = _write(part.model, news, clock, now=now)
        if missed:
            _write_locked(part, missed, profiles, clock, now=now)
        _mark(run, now=timezone.now(), at_id=rows[-1].pk, done=F("done") + len(rows), changed=F("changed") + len(news))


def _next_part(run: Rescoring, *, by: Principal, now: datetime) -> None:
    after = Rescoring.PARTS.index(run.part) + 1
    with transaction.atomic():
        if after < len(Rescoring.PARTS):
            _mark(run, now=timezone.now(), part=Rescoring.PARTS[after], at_id=0)
        elif _mark(run, now=timezone.now(), finished_at=timezone.now()):
            subject = f"catalog.campaign:{run.campaign}" if run.campaign else "customers.lead:all"
            facts = {"leads": run.done, "changed": run.changed, "reason": run.reason}
            record(kind="leads.rescored", subject=subject, by=by, at=now, facts=facts)


def _mark(run: Rescoring, *, now: datetime, **values: Any) -> bool:
    """Move the mark from where this worker saw it; False where another has moved or ended it meanwhile."""
    mine = Rescoring.objects.unfinished().filter(pk=run.pk, part=run.part, at_id=run.at_id)
    return bool(mine.update(seen_at=now, **values))


class _New(NamedTuple):
    """What is to be written of a party: its key, what it must still be, what it shall become; and is it news?"""

    row: Standing
    weighed: Weighed
    tier: str
    is_told: bool


_EXPECTED = ("version", "verified", "scored_profile", "scored_number")
_WEIGHED = ("score_max", "scored_profile", "scored_number", "qualified_at")
_SCORED = (*_WEIGHED, "score")
_TIERED = (*_SCORED, "tier")
_DATED = (*_TIERED, "due_on", "recycle_on")
_LINE = (
    "at", "total", "reachable", "fit", "urgency", "chain", "budget", "tier", "profile", "number",
)  # fmt: skip


def _changed(rows: Iterable[Standing], profiles: Profiles) -> list[_New]:
    found = []
    for row in rows:
        weighed = profiles.weigh_facts(row.facts, campaign_id=row.campaign_id)
        tier = row.tier if row.tier_by_hand else weighed.tier or ""
        score = weighed.score
        is_told = row.score != score.total or row.score_max != score.reachable or row.tier != tier
        if (
            is_told
            or row.scored_number != weighed.number
            or row.scored_profile != weighed.profile
            or (row.is_unqualified and weighed.is_high)
        ):
            found.append(_New(row, weighed, tier, is_told))
    return found


def _write(model: type[Lead] | type[Customer], news: Sequence[_New], clock: Clock, *, now: datetime) -> set[int]:
    """Write what changed and its lines of history; returns whom somebody has edited since they were read.

    Another tier has another cadence: those get their dates too.
    """
    missed: set[int] = set()
    for columns, rows in _grouped(news, _dates(model, news, clock), now=now).items():
        missed |= bulk_changes.change(model, rows, expected=_EXPECTED, columns=columns, once=("qualified_at",))
    party = "lead_id" if model is Lead else "customer_id"
    lines = [_line(n, now) for n in news if n.is_told and n.row.pk not in missed]
    bulk_changes.add(ScoreEntry, lines, columns=(party, *_LINE))
    return missed


def _grouped(
    news: Iterable[_New], dates: Mapping[int, tuple[date | None, date | None]], *, now: datetime
) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """The rows by the columns that become others: one that isn't named costs no work in its indexes."""
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {_WEIGHED: [], _SCORED: [], _TIERED: [], _DATED: []}
    weighed_only, scored, tiered, dated = groups.values()
    for row, weighed, tier, _ in news:
        score = weighed.score
        values = (
            row.pk, row.version, row.verified, row.scored_profile, row.scored_number,
            score.reachable, weighed.profile, weighed.number, now if weighed.is_high else None,
        )  # fmt: skip
        if tier != row.tier:
            if row.pk in dates:
                dated.append((*values, score.total, tier, *dates[row.pk]))
            else:
                tiered.append((*values, score.total, tier))
        elif score.total != row.score:
            scored.append((*values, score.total))
        else:
            weighed_only.append(values)
    return groups


def _line(new: _New, now: datetime) -> tuple[Any, ...]:
    score, weighed = new.weighed.score, new.weighed
    fit, urgency, chain, budget = score.dimensions
    return (
        new.row.pk, now, score.total, score.reachable, fit.points, urgency.points, chain.points, budget.points,
        new.tier, weighed.profile, weighed.number,
    )  # fmt: skip


_HELD = ("owner_id", "owned_since", "last_touch_at", "created_at")


def _dates(
    model: type[Lead] | type[Customer], news: Sequence[_New], clock: Clock
) -> dict[int, tuple[date | None, date | None]]:
    """When those whose tier is another are due, and when they go back to the pool (S2.5, S2.6). One query."""
    tiers = {n.row.pk: n.tier for n in news if n.tier != n.row.tier}
    if not tiers:
        return {}
    held = model.objects.filter(_among(tiers), owner__isnull=False, is_practice=False)
    found = {}
    for pk, *values in rows_of(held.values_list("pk", *_HELD)):
        if pk not in tiers:
            continue
        columns = clock.columns(tier=tiers[pk], **dict(zip(_HELD, values, strict=True)))
        found[pk] = (columns["due_on"], columns["recycle_on"])
    return found


def _among(keys: Collection[int]) -> Q:
    """Rows with these keys; where they lie close together all between the first and the last, which is faster."""
    first, last = min(keys), max(keys)
    return Q(pk__range=(first, last)) if last - first < 4 * len(keys) else Q(pk__in=list(keys))


def _write_locked(part: _Part, parties: Iterable[int], profiles: Profiles, clock: Clock, *, now: datetime) -> None:
    """What was edited meanwhile is locked, read again and weighed by what it says now."""
    locked: Any = part.model.objects.select_for_update().filter(pk__in=parties).order_by("pk")
    if part.model is Lead:
        locked = locked.filter(status=LeadStatus.OPEN)
    keys = list(locked.values_list("pk", flat=True))
    profiles.renew()
    rows = part.standings(part.model.objects.filter(pk__in=keys))
    _write(part.model, _changed(rows, profiles), clock, now=now)


def _save_score(party: Lead | Customer, entry: ScoreEntry | None, before: str) -> None:
    if party.tier != before:  # another cadence
        clock().put(party)
    party.save(update_fields=[*RESULTS, "due_on", "recycle_on"])
    keep_entries([entry])
