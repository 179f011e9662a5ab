"""Calculations kept, withdrawn and brought back; walked through with the customer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns.actions.doors import contact_of, held, is_open, must, tell
from tuoke.steps.negotiation.returns.models import Calculation, Share, Walk
from tuoke.steps.negotiation.returns.rules import MOST_SCENARIOS, Figures, Origin, said_fault

WALK_NOTE_LIMIT = 500
FIRST_DAY = date(2000, 1, 1)


@transaction.atomic
def keep(
    *,
    deal: Opportunity,
    figures: Figures,
    title: str = "",
    note: str = "",
    based_on_id: int | None = None,
    by: Principal,
    now: datetime,
) -> Calculation:
    """Keep what was worked out, as the next one of the deal. Refused: the figures' faults, too_many_scenarios,
    deal_closed."""
    deal = held(deal, by=by)
    must(is_open(deal) & figures.faults() & said_fault(title=title, note=note) & _has_room(deal))
    based_on = Calculation.objects.filter(pk=based_on_id or 0, opportunity=deal).first()
    found = _stored(
        deal,
        figures,
        origin=Origin.TEAM,
        title=title.strip(),
        note=note.strip(),
        based_on=based_on,
        created_by_id=by.user_id,
        by_name=by.name,
        created_at=now,
    )
    tell("kept", deal, found, by=by, now=now, facts=said_of(found))
    return found


def kept_by_customer(
    *, share: Share, deal: Opportunity, figures: Figures, name: str, note: str, now: datetime
) -> Calculation:
    """A variant of the customer's; whoever calls holds the deal's lock and has asked whether it may be kept."""
    return _stored(
        deal,
        figures,
        origin=Origin.CUSTOMER,
        note=note,
        based_on=share.calculation,
        share=share,
        by_name=name or share.recipient,
        created_at=now,
    )


@transaction.atomic
def withdraw(*, calculation: Calculation, by: Principal, now: datetime) -> Calculation:
    """Off the list; ``restore`` brings it back (O5). Its links say that it is gone."""
    return _mark(calculation, withdrawn_at=now, kind="withdrawn", by=by, now=now)


@transaction.atomic
def restore(*, calculation: Calculation, by: Principal, now: datetime) -> Calculation:
    return _mark(calculation, withdrawn_at=None, kind="restored", by=by, now=now)


@transaction.atomic
def walk(
    *, calculation: Calculation, contact_id: int | None, walked_on: date | None, note: str, by: Principal, now: datetime
) -> Walk:
    """We went through it together (fact ``roi_walked``). Refused: contact_missing, contact_elsewhere, day_missing,
    day_in_future, day_too_early, calculation_withdrawn …"""
    deal = held(calculation.opportunity, by=by)
    current = Calculation.objects.get(pk=calculation.pk)
    contact = contact_of(contact_id, deal)
    verdict = is_open(deal) & _stands(current) & _day_fault(walked_on, today=timezone.localdate(now))
    if contact is None:
        verdict &= no("contact_elsewhere" if contact_id else "contact_missing", field="contact")
    must(verdict & text_fault(note, field="note", limit=WALK_NOTE_LIMIT))
    assert contact is not None
    assert walked_on is not None
    found = Walk.objects.create(
        calculation=current, contact=contact, walked_on=walked_on, note=note.strip(), by_id=by.user_id, at=now
    )
    facts = said_of(current) | {"contact": contact.name, "on": walked_on, "note": note.strip()[:200]}
    tell("walked", deal, found, by=by, now=now, facts=facts)
    return found


@transaction.atomic
def unwalk(*, walk: Walk, by: Principal, now: datetime) -> Walk:
    """It was noted by mistake."""
    return _mark_walk(walk, withdrawn_at=now, kind="walk_withdrawn", by=by, now=now)


@transaction.atomic
def rewalk(*, walk: Walk, by: Principal, now: datetime) -> Walk:
    return _mark_walk(walk, withdrawn_at=None, kind="walk_restored", by=by, now=now)


def said_of(calculation: Calculation) -> dict[str, Any]:
    """As the history keeps it: enough to know what it said when the row is gone."""
    result = calculation.result
    return {
        "number": calculation.number,
        "title": calculation.title,
        "yearly": str(result.yearly),
        "net": str(result.net),
        "payback": result.payback,
        "years": calculation.figures.years,
    }


def _stored(deal: Opportunity, figures: Figures, **more: Any) -> Calculation:
    last = Calculation.objects.filter(opportunity=deal).aggregate(n=Max("number"))["n"] or 0
    return Calculation.objects.create(opportunity=deal, number=last + 1, content=figures.store(), **more)


def _has_room(deal: Opportunity) -> Verdict:
    full = Calculation.objects.filter(opportunity=deal).count() >= MOST_SCENARIOS
    return no("too_many_scenarios", most=MOST_SCENARIOS) if full else YES


def _stands(calculation: Calculation) -> Verdict:
    return no("calculation_withdrawn") if calculation.withdrawn_at else YES


def _day_fault(on: date | None, *, today: date) -> Verdict:
    if on is None:
        return no("day_missing", field="walked_on")
    if on > today:
        return no("day_in_future", field="walked_on", today=today.isoformat())
    return no("day_too_early", field="walked_on", first=FIRST_DAY.isoformat()) if on < FIRST_DAY else YES


def _mark(
    calculation: Calculation, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime
) -> Calculation:
    deal = held(calculation.opportunity, by=by)
    must(is_open(deal))
    current = Calculation.objects.get(pk=calculation.pk)
    if (current.withdrawn_at is None) != (withdrawn_at is None):
        current.withdrawn_at = withdrawn_at
        current.save(update_fields=["withdrawn_at"])
        tell(kind, deal, current, by=by, now=now, facts=said_of(current))
    return current


def _mark_walk(walk: Walk, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime) -> Walk:
    deal = held(walk.calculation.opportunity, by=by)
    must(is_open(deal))
    current = Walk.objects.select_related("calculation", "contact").get(pk=walk.pk)
    if (current.withdrawn_at is None) != (withdrawn_at is None):
        current.withdrawn_at = withdrawn_at
        current.save(update_fields=["withdrawn_at"])
        facts = said_of(current.calculation) | {"contact": current.contact.name, "on": current.walked_on}
        tell(kind, deal, current, by=by, now=now, facts=facts)
    return current
