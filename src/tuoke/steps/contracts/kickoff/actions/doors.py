"""What every verb of this room begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff import hooks
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone, Shift
from tuoke.steps.contracts.kickoff.queries import Lines, team_of
from tuoke.steps.contracts.kickoff.rules import Bar, MilestoneDraft, Move, earliest

must = doors.must


def worked_on(deal: Opportunity, *, by: Principal) -> Opportunity:
    return doors.worked_on(deal, by=by, permission=Permission.PROJECT_WRITE)


def held_plan(plan: KickoffPlan, *, by: Principal, version: int | None = None) -> KickoffPlan:
    """The plan under its deal's lock, in a deal that isn't given up. Raises Conflict."""
    deal = worked_on(plan.opportunity, by=by)
    current = KickoffPlan.objects.get(pk=plan.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    must(doors.is_open(deal))
    return current


def held_line(milestone: Milestone, *, by: Principal, version: int | None = None) -> Milestone:
    """The line under its deal's lock. Raises Conflict; Refused: withdrawn, deal_closed."""
    plan = held_plan(milestone.plan, by=by)
    current = Milestone.objects.select_related("owner", "contact").get(pk=milestone.pk)
    current.plan = plan
    if version is not None and current.version != version:
        raise Conflict(current)
    must(no("withdrawn") if current.withdrawn_at else YES)
    return current


def people_fault(draft: MilestoneDraft, deal: Opportunity, *, now: datetime, kept: int | None = None) -> Verdict:
    """contact_elsewhere · owner_elsewhere: only who has joined the deal sees what he is given. ``kept`` may stay."""
    verdict = doors.of_customer(draft.contact_id, deal)
    if draft.owner_id in (None, kept):
        return verdict
    team = {user.pk for user in team_of(deal, today=timezone.localdate(now))}
    return verdict if draft.owner_id in team else verdict & no("owner_elsewhere", field="owner")


def not_too_early(bar: Bar, lines: Lines) -> Verdict:
    """too_early, with what it waits for and the first day that would do."""
    found = earliest(bar.key, lines.bars | {bar.key: bar}, lines.links, calendar=lines.calendar)
    if bar.done_on is not None or found is None or found[0] <= lines.calendar.add(bar.starts_on, 0):
        return YES
    return no("too_early", field="starts_on", date=found[0].isoformat(), before=lines.rows[found[1]].name)


def apply(
    plan: KickoffPlan,
    moves: Sequence[Move],
    *,
    lines: Lines,
    changed: Mapping[int, Bar],
    by: Principal,
    now: datetime,
    completed: Milestone | None = None,
) -> Shift | None:
    """Store the dates, keep how to take them back, tell the owners; nothing where nothing moves. One record for all."""
    if not moves:
        return None
    kept = [_kept(move, lines.rows[move.key].days, changed) for move in moves]
    for key, _before, (starts, ends, days), _because in kept:
        set_dates(lines.rows[key], date.fromisoformat(starts), date.fromisoformat(ends), days)
    Milestone.objects.bulk_update([lines.rows[move.key] for move in moves], ["starts_on", "ends_on", "days", "version"])
    shift = Shift.objects.create(plan=plan, moves=kept, at=now, by_id=by.user_id, completed=completed)
    told = [
        {"name": lines.rows[move.key].name, "from": before, "to": after, "followed": because is not None}
        for move, (_, before, after, because) in zip(moves, kept, strict=True)
    ]
    tell("moved", plan, plan, by=by, now=now, facts={"moves": told[:20], "count": len(told)})
    for hook in hooks.on_moved:
        hook(plan, moves, by, now)
    return shift


def set_dates(row: Milestone, starts_on: date, ends_on: date, days: int) -> None:
    row.starts_on, row.ends_on, row.days = starts_on, ends_on, days
    row.version += 1


def bumped(plan: KickoffPlan) -> None:
    """Whoever looks at the plan sees that it has changed."""
    KickoffPlan.objects.filter(pk=plan.pk).update(version=models.F("version") + 1)


def tell(
    kind: str,
    plan: KickoffPlan,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's, for those who may read projects; the plan's version moves with it."""
    deal = plan.opportunity
    record(
        kind=f"kickoff.{kind}", subject=subject, thread=deal, party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by, at=now, changes=changes, facts=facts, section="kickoff",
    )  # fmt: skip
    bumped(plan)


def _kept(move: Move, days: int, changed: Mapping[int, Bar]) -> tuple[int, list[Any], list[Any], int | None]:
    after = changed[move.key].days if move.key in changed else days
    return (
        move.key,
        [move.before.starts_on.isoformat(), move.before.ends_on.isoformat(), days],
        [move.after.starts_on.isoformat(), move.after.ends_on.isoformat(), after],
        move.because,
    )
