"""A plan is made from a template, begins on another day, says what it is for."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import no
from tuoke.base.records.actions import changes_between
from tuoke.services.calendar.queries import workdays
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals import doors
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff.actions.doors import apply, held_plan, must, tell, worked_on
from tuoke.steps.contracts.kickoff.models import Dependency, KickoffPlan, Milestone, Part, Shift
from tuoke.steps.contracts.kickoff.queries import lines_of, plan_of
from tuoke.steps.contracts.kickoff.rules import (
    LINE_LIMIT,
    MOST_LINES,
    Party,
    Template,
    day_fault,
    shifted,
    template_named,
)


@transaction.atomic
def make_plan(*, deal: Opportunity, template: str, starts_on: date, by: Principal, now: datetime) -> KickoffPlan:
    """In one press: lines with dates over working days, what waits for what, who answers for what. Without a template
    ("") an empty plan. The sales lines go to the deal's owner. Refused: plan_exists (it has lines), template_unknown,
    day_odd, deal_closed."""
    deal = worked_on(deal, by=by)
    chosen, plan = template_named(template), plan_of(deal)
    verdict = doors.is_open(deal) & day_fault(starts_on, field="starts_on")
    if template and chosen is None:
        verdict &= no("template_unknown", field="template")
    if plan and Milestone.objects.standing().filter(plan=plan).exists():
        verdict &= no("plan_exists")
    must(verdict)
    starts_on = workdays().add(starts_on, 0)
    if plan is None:
        plan = KickoffPlan.objects.create(
            opportunity=deal, template=template, starts_on=starts_on, created_at=now, created_by_id=by.user_id
        )
    plan.opportunity, plan.template, plan.starts_on = deal, template, starts_on
    plan.save(update_fields=["template", "starts_on"])
    count = _fill(plan, chosen, by=by, now=now) if chosen else 0
    name = chosen.name if chosen else ""
    tell("made", plan, plan, by=by, now=now, facts={"template": name, "starts_on": starts_on, "count": count})
    return plan


@transaction.atomic
def edit_plan(*, plan: KickoffPlan, version: int, note: str, by: Principal, now: datetime) -> KickoffPlan:
    """What is said above it. Raises Conflict; Refused: too_long …"""
    current = held_plan(plan, by=by, version=version)
    must(text_fault(note, field="note", limit=LINE_LIMIT))
    if changes := changes_between(before={"note": current.note}, after={"note": note.strip()}):
        current.note = note.strip()
        current.save(update_fields=["note"])
        tell("edited", current, current, by=by, now=now, changes=changes)
    return current


@transaction.atomic
def shift_plan(*, plan: KickoffPlan, starts_on: date, by: Principal, now: datetime) -> Shift | None:
    """The whole plan begins on another day: what isn't done keeps its distance in working days, and nothing begins before
    what it waits for. Refused: day_odd, deal_closed."""
    current = held_plan(plan, by=by)
    must(day_fault(starts_on, field="starts_on"))
    lines = lines_of(current)
    to = lines.calendar.add(starts_on, 0)
    changed = {
        bar.key: bar for bar in shifted(lines.bars.values(), frm=current.starts_on, to=to, calendar=lines.calendar)
    }
    must(day_fault(max((bar.starts_on for bar in changed.values()), default=to), field="starts_on"))
    before, current.starts_on = current.starts_on, to
    current.save(update_fields=["starts_on"])
    shift = apply(current, lines.moves(*changed.values()), lines=lines, changed=changed, by=by, now=now)
    if before != to:
        tell("edited", current, current, by=by, now=now, changes={"starts_on": (before, to)})
    return shift


def _fill(plan: KickoffPlan, template: Template, *, by: Principal, now: datetime) -> int:
    spans = template.dates(plan.starts_on, calendar=workdays())
    rows = Milestone.objects.bulk_create(
        Milestone(
            plan=plan,
            kind=line.kind.value,
            name=line.name,
            phase=line.phase,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            days=line.days,
            party=line.party.value,
            owner_id=plan.opportunity.owner_id if line.party is Party.SALES else None,
            acceptance=line.acceptance,
            position=place,
            created_at=now,
            created_by_id=by.user_id,
        )
        for place, (line, span) in enumerate(zip(template.lines[:MOST_LINES], spans, strict=True))
    )
    Dependency.objects.bulk_create(
        Dependency(before=rows[link.before], after=rows[link.after], lag_days=link.lag) for link in template.links
    )
    Part.objects.bulk_create(
        Part(milestone=row, party=party.value, raci=raci.value)
        for row, line in zip(rows, template.lines, strict=True)
        for party, raci in line.parts.items()
    )
    return len(rows)
