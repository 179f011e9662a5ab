"""Lines of a plan: written, changed, put in order, withdrawn and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.steps.contracts.kickoff.actions.doors import (
    apply,
    held_line,
    held_plan,
    must,
    not_too_early,
    people_fault,
    tell,
)
from tuoke.steps.contracts.kickoff.models import Dependency, KickoffPlan, Milestone, Shift
from tuoke.steps.contracts.kickoff.queries import Lines, lines_of
from tuoke.steps.contracts.kickoff.rules import (
    MOST_LINES,
    Bar,
    Link,
    MilestoneDraft,
    Wait,
    circle,
    span_of,
)

_FIELDS = ("name", "phase", "party", "owner_id", "contact_id", "acceptance", "note")


@transaction.atomic
def add_milestone(*, plan: KickoffPlan, draft: MilestoneDraft, by: Principal, now: datetime) -> Milestone:
    """Refused: the draft's faults, owner_elsewhere, contact_elsewhere, too_early, wait_unknown, too_many, deal_closed."""
    current = held_plan(plan, by=by)
    lines = lines_of(current)
    verdict = draft.faults() & people_fault(draft, current.opportunity, now=now)
    if len(lines.rows) >= MOST_LINES:
        verdict &= no("too_many", most=MOST_LINES)
    must(verdict)
    bar = Bar(0, draft.starts_on, draft.days)
    must(_waits_fault(draft, 0, lines))
    must(_early_fault(bar, draft, lines))
    span = span_of(bar, calendar=lines.calendar)
    last = Milestone.objects.filter(plan=current).aggregate(last=Max("position"))["last"]
    row = Milestone.objects.create(
        plan=current,
        kind=draft.kind.value,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        days=draft.days,
        position=0 if last is None else last + 1,
        created_at=now,
        created_by_id=by.user_id,
        **_values(draft),
    )
    Dependency.objects.bulk_create(Dependency(before_id=w.before, after=row, lag_days=w.lag) for w in draft.waits)
    tell("added", current, row, by=by, now=now, facts=said(row))
    return row


@transaction.atomic
def edit_milestone(
    *, milestone: Milestone, version: int, draft: MilestoneDraft, by: Principal, now: datetime
) -> tuple[Milestone, Shift | None]:
    """Everything that a line says, what it waits for, its dates; what depends on it follows. Raises Conflict; Refused:
    the draft's faults, owner_elsewhere, contact_elsewhere, too_early, wait_unknown, circle, is_done (other dates)."""
    current = held_line(milestone, by=by, version=version)
    plan, lines = current.plan, lines_of(current.plan)
    verdict = draft.faults() & people_fault(draft, plan.opportunity, now=now, kept=current.owner_id)
    verdict &= _waits_fault(draft, current.pk, lines)
    must(verdict)
    bar = Bar(current.pk, draft.starts_on, draft.days, current.done_on)
    has_other_dates = (bar.starts_on, bar.days) != (current.starts_on, current.days)
    must(no("is_done", field="starts_on") if current.done_on and has_other_dates else YES)
    must(_early_fault(bar, draft, lines))
    wanted = _values(draft) | {"kind": draft.kind.value}
    changes = changes_between(before={name: getattr(current, name) for name in wanted}, after=wanted)
    shift = _reschedule(current, bar, draft, lines, by=by, now=now)
    row = lines.rows[current.pk]
    for name, value in wanted.items():
        setattr(row, name, value)
    if changes:
        row.version += 1
        row.save()
        tell("changed", plan, row, by=by, now=now, changes=_named(changes, current, row), facts=said(row))
    return row, shift


@transaction.atomic
def withdraw_milestone(*, milestone: Milestone, by: Principal, now: datetime) -> Milestone:
    """It leaves the plan; what waited for it no longer does, until it is brought back. Refused: withdrawn, deal_closed."""
    current = held_line(milestone, by=by)
    current.withdrawn_at = now
    current.version += 1
    current.save(update_fields=["withdrawn_at", "version"])
    tell("withdrawn", current.plan, current, by=by, now=now, facts=said(current))
    return current


@transaction.atomic
def restore_milestone(*, milestone: Milestone, by: Principal, now: datetime) -> Milestone:
    """As it was; where the plan has changed meanwhile, what would make a circle is left off and what comes too early
    moves. Refused: not_withdrawn, too_many, deal_closed."""
    plan = held_plan(milestone.plan, by=by)
    current = Milestone.objects.select_related("owner", "contact").get(pk=milestone.pk)
    current.plan = plan
    verdict = YES if current.withdrawn_at else no("not_withdrawn")
    if Milestone.objects.standing().filter(plan=plan).count() >= MOST_LINES:
        verdict &= no("too_many", most=MOST_LINES)
    must(verdict)
    current.withdrawn_at = None
    current.version += 1
    current.save(update_fields=["withdrawn_at", "version"])
    lines = lines_of(plan)
    if circle(lines.links):
        _unlink(Dependency.objects.filter(Q(before=current) | Q(after=current), withdrawn_at=None), now=now)
        lines = lines_of(plan)
    apply(plan, lines.moves(), lines=lines, changed={}, by=by, now=now)
    tell("restored", plan, current, by=by, now=now, facts=said(current))
    return current


@transaction.atomic
def order_milestones(*, plan: KickoffPlan, keys: Sequence[int], by: Principal, now: datetime) -> KickoffPlan:
    """All standing lines in the order of ``keys``; what isn't named keeps its place behind them. Refused: deal_closed."""
    current = held_plan(plan, by=by)
    rows = list(Milestone.objects.standing().filter(plan=current))
    place = {key: at for at, key in enumerate(keys)}
    ordered = sorted(rows, key=lambda row: (place.get(row.pk, len(place)), row.position, row.pk))
    changed = [row for at, row in enumerate(ordered) if row.position != at]
    for at, row in enumerate(ordered):
        row.position = at
    if changed:
        Milestone.objects.bulk_update(changed, ["position"])
        tell("ordered", current, current, by=by, now=now)
    return current


def said(row: Milestone) -> dict[str, Any]:
    who = row.owner.name if row.owner else row.contact.name if row.contact else ""
    return {"name": row.name, "starts_on": row.starts_on, "ends_on": row.ends_on, "kind": row.kind, "who": who}


def _values(draft: MilestoneDraft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "phase": draft.phase.strip(),
        "party": draft.party.value if draft.party else "",
        "owner_id": draft.owner_id,
        "contact_id": draft.contact_id,
        "acceptance": draft.acceptance.strip(),
        "note": draft.note.strip(),
    }


def _named(changes: dict[str, Any], before: Milestone, after: Milestone) -> dict[str, Any]:
    """People by their names."""
    found = dict(changes)
    for column, name in (("owner_id", "owner"), ("contact_id", "contact")):
        if found.pop(column, None):
            now = Milestone.objects.select_related(name).get(pk=after.pk)
            was, is_ = getattr(before, name), getattr(now, name)
            found[name] = (was.name if was else "", is_.name if is_ else "")
    return found


def _waits_fault(draft: MilestoneDraft, key: int, lines: Lines) -> Verdict:
    """wait_unknown: no line of this plan · circle, naming it."""
    if any(wait.before not in lines.rows or wait.before == key for wait in draft.waits):
        return no("wait_unknown", field="waits")
    found = circle(_links_with(draft, key, lines))
    if not found:
        return YES
    names = [lines.rows[step].name for step in found]
    return no("circle", field="waits", names=" → ".join([*names, names[0]]))


def _links_with(draft: MilestoneDraft, key: int, lines: Lines) -> tuple[Link, ...]:
    others = tuple(link for link in lines.links if link.after != key)
    return (*others, *(Link(wait.before, key, wait.lag) for wait in draft.waits))


def _early_fault(bar: Bar, draft: MilestoneDraft, lines: Lines) -> Verdict:
    waits = Lines(lines.plan, lines.rows, _links_with(draft, bar.key, lines), lines.calendar)
    return not_too_early(bar, waits)


def _reschedule(
    current: Milestone, bar: Bar, draft: MilestoneDraft, lines: Lines, *, by: Principal, now: datetime
) -> Shift | None:
    _relink(current, draft.waits, now=now)
    linked = Lines(lines.plan, lines.rows, _links_with(draft, current.pk, lines), lines.calendar)
    lines.rows[current.pk].kind = draft.kind.value
    moves = linked.moves(bar)
    if current.kind != draft.kind:
        Milestone.objects.filter(pk=current.pk).update(kind=draft.kind.value, **_dates_of(bar, lines))
        lines.rows[current.pk].days = bar.days
    return apply(current.plan, moves, lines=linked, changed={bar.key: bar}, by=by, now=now)


def _dates_of(bar: Bar, lines: Lines) -> dict[str, Any]:
    span = span_of(bar, calendar=lines.calendar)
    return {"starts_on": span.starts_on, "ends_on": span.ends_on, "days": bar.days}


def _relink(row: Milestone, waits: Sequence[Wait], *, now: datetime) -> None:
    wanted = {wait.before: wait.lag for wait in waits}
    standing = {link.before_id: link for link in Dependency.objects.filter(after=row, withdrawn_at=None)}
    gone = [link.pk for before, link in standing.items() if wanted.get(before) != link.lag_days]
    # one whose line is withdrawn isn't shown, and comes back with it
    hidden = set(Milestone.objects.filter(pk__in=standing).exclude(withdrawn_at=None).values_list("pk", flat=True))
    gone = [link.pk for before, link in standing.items() if link.pk in gone and before not in hidden]
    _unlink(Dependency.objects.filter(pk__in=gone), now=now)
    Dependency.objects.bulk_create(
        Dependency(before_id=before, after=row, lag_days=lag)
        for before, lag in wanted.items()
        if before not in standing or standing[before].lag_days != lag
    )


def _unlink(links: Any, *, now: datetime) -> None:
    links.update(withdrawn_at=now)
