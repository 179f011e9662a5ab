"""Dates: a line is moved or done, what depends on it follows, and all of it can be taken back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.deals.doors import began_on, not_before
from tuoke.steps.contracts.kickoff.actions.doors import (
    apply,
    held_line,
    held_plan,
    must,
    not_too_early,
    set_dates,
    tell,
)
from tuoke.steps.contracts.kickoff.actions.lines import said
from tuoke.steps.contracts.kickoff.models import Milestone, Shift
from tuoke.steps.contracts.kickoff.queries import Lines, lines_of
from tuoke.steps.contracts.kickoff.rules import (
    Bar,
    MilestoneKind,
    Move,
    Span,
    day_fault,
    done_fault,
    earliest,
    length_fault,
)


@transaction.atomic
def move(
    *,
    milestone: Milestone,
    starts_on: date,
    by: Principal,
    now: datetime,
    days: int | None = None,
    version: int | None = None,
) -> Shift | None:
    """A line begins on another day, or takes so many working days (None: as many as before); what waits for it moves as
    far as it must. A free day becomes the next working day. None where nothing changes. Raises Conflict; Refused:
    too_early, is_done, days_odd, milestone_has_days, day_odd, withdrawn, deal_closed."""
    current = held_line(milestone, by=by, version=version)
    bar = Bar(current.pk, starts_on, current.days if days is None else days)
    must(no("is_done", field="starts_on") if current.done_on else YES)
    must(day_fault(starts_on, field="starts_on") & length_fault(MilestoneKind(current.kind), bar.days))
    lines = lines_of(current.plan)
    must(not_too_early(bar, lines))
    return apply(current.plan, lines.moves(bar), lines=lines, changed={bar.key: bar}, by=by, now=now)


@transaction.atomic
def complete_milestone(*, milestone: Milestone, done_on: date, by: Principal, now: datetime) -> tuple[Move, ...]:
    """It is done. Later than planned: what waits for it moves. One that was done already keeps the earlier word unless the
    day is another. Refused: done_in_future, day_odd, before_deal, withdrawn, deal_closed."""
    current = held_line(milestone, by=by)
    first = min(began_on(current.plan.opportunity), current.plan.starts_on, current.starts_on)
    must(done_fault(done_on, today=timezone.localdate(now)) & not_before(first, done_on, field="done_on"))
    if current.done_on == done_on:
        return ()
    current.done_on = done_on
    current.version += 1
    current.save(update_fields=["done_on", "version"])
    facts = said(current) | {"done_on": done_on, "days_late": max((done_on - current.ends_on).days, 0)}
    tell("done", current.plan, current, by=by, now=now, facts=facts)
    lines = lines_of(current.plan)
    moves = lines.moves()
    apply(current.plan, moves, lines=lines, changed={}, by=by, now=now, completed=current)
    return moves


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, by: Principal, now: datetime) -> Milestone:
    """It wasn't done after all; what its lateness moved comes back, where nobody has touched it since. Refused: not_done."""
    current = held_line(milestone, by=by)
    must(YES if current.done_on else no("not_done"))
    before, current.done_on = current.done_on, None
    current.version += 1
    current.save(update_fields=["done_on", "version"])
    shift = Shift.objects.filter(plan=current.plan, completed=current, undone_at=None).first()
    if shift and _unchanged_since(shift, lines_of(current.plan)):
        _take_back(shift, lines_of(current.plan), now=now)
    tell("reopened", current.plan, current, by=by, now=now, facts=said(current) | {"done_on": before})
    return current


@transaction.atomic
def undo(*, shift: Shift, by: Principal, now: datetime) -> Shift:
    """The lines have the dates again that they had before. Refused: undone, changed_since (somebody has touched one of
    them, or what waits for what), deal_closed."""
    plan = held_plan(shift.plan, by=by)
    current = Shift.objects.get(pk=shift.pk)
    lines = lines_of(plan)
    must(no("undone") if current.undone_at else _unchanged_since(current, lines))
    _take_back(current, lines, now=now)
    tell("undone", plan, plan, by=by, now=now, facts={"count": len(current.moves)})
    return current


def _unchanged_since(shift: Shift, lines: Lines) -> Verdict:
    before = {key: _span(was) for key, was, _, _ in shift.moves}
    for key, _was, (starts, ends, days), _because in shift.moves:
        row = lines.rows.get(key)
        if (
            row is None
            or row.done_on
            or (row.starts_on.isoformat(), row.ends_on.isoformat(), row.days) != (starts, ends, days)
        ):
            return no("changed_since")
    bars = lines.bars | {key: Bar(key, span.starts_on, days) for key, (span, days) in before.items()}
    for key in before:
        found = earliest(key, bars, lines.links, calendar=lines.calendar)
        if found and found[0] > bars[key].starts_on:
            return no("changed_since")
    return YES


def _take_back(shift: Shift, lines: Lines, *, now: datetime) -> None:
    rows = []
    for key, was, _, _ in shift.moves:
        span, days = _span(was)
        set_dates(lines.rows[key], span.starts_on, span.ends_on, days)
        rows.append(lines.rows[key])
    Milestone.objects.bulk_update(rows, ["starts_on", "ends_on", "days", "version"])
    shift.undone_at = now
    shift.save(update_fields=["undone_at"])


def _span(was: list[str | int]) -> tuple[Span, int]:
    starts, ends, days = was
    return Span(date.fromisoformat(str(starts)), date.fromisoformat(str(ends))), int(days)
