"""What we want from the negotiation, and who sits at the table."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.actions.doors import held, is_open, must, plan_for, tell
from tuoke.steps.negotiation.models import Plan, Seat
from tuoke.steps.negotiation.rules import MOST_SEATS, PlanDraft, SeatDraft, Side


@transaction.atomic
def set_plan(*, deal: Opportunity, version: int, draft: PlanDraft, by: Principal, now: datetime) -> Plan:
    """``version`` 0 where nothing was said yet. Raises Conflict; Refused: deal_closed, too_long, rounds_out_of_range."""
    deal = held(deal, by=by)
    must(is_open(deal) & draft.faults())
    plan = plan_for(deal, now=now)
    if plan.version != version:
        raise Conflict(plan)
    after = _stripped(draft)
    if changes := changes_between(before={name: getattr(plan, name) for name in after}, after=after):
        for name, value in after.items():
            setattr(plan, name, value)
        plan.version += 1
        plan.save()
        tell("plan_set", deal, plan, by=by, now=now, changes=changes)
    return plan


@transaction.atomic
def add_seat(*, deal: Opportunity, draft: SeatDraft, by: Principal, now: datetime) -> Seat:
    """Refused: who_missing, who_twice, seated_already, contact_elsewhere, person_inactive, too_many_seats …"""
    deal = held(deal, by=by)
    plan = plan_for(deal, now=now)
    seated = list(Seat.objects.listed().filter(plan=plan))
    verdict = is_open(deal) & _sound(draft, deal, seated)
    if len(seated) >= MOST_SEATS:
        verdict &= no("too_many_seats", most=MOST_SEATS)
    must(verdict)
    seat = _named(Seat.objects.create(plan=plan, created_at=now, **_columns(draft)))
    tell("seat_added", deal, seat, by=by, now=now, facts=_facts(seat))
    return seat


@transaction.atomic
def edit_seat(*, seat: Seat, version: int, draft: SeatDraft, by: Principal, now: datetime) -> Seat:
    """Raises Conflict; Refused: seat_withdrawn, and as ``add_seat``. He stays on his side of the table."""
    deal, current = _locked(seat, by=by)
    if current.version != version:
        raise Conflict(current)
    others = list(Seat.objects.listed().filter(plan=current.plan_id).exclude(pk=current.pk))
    verdict = is_open(deal) & (no("seat_withdrawn") if current.withdrawn_at else YES)
    must(verdict & _sound(draft, deal, others))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    current = _named(current)
    if changes := changes_between(before=before, after=_said(current)):
        tell("seat_edited", deal, current, by=by, now=now, changes=changes, facts=_facts(current))
    return current


@transaction.atomic
def withdraw_seat(*, seat: Seat, by: Principal, now: datetime) -> Seat:
    """He doesn't come; ``restore_seat`` brings him back (O5)."""
    deal, current = _locked(seat, by=by)
    must(is_open(deal))
    return _mark(deal, current, withdrawn_at=now, kind="seat_withdrawn", by=by, now=now)


@transaction.atomic
def restore_seat(*, seat: Seat, by: Principal, now: datetime) -> Seat:
    """Refused: seated_already (he has been given another seat since), deal_closed."""
    deal, current = _locked(seat, by=by)
    others = list(Seat.objects.listed().filter(plan=current.plan_id).exclude(pk=current.pk))
    must(is_open(deal) & _free(current.user_id, current.contact_id, others, field=""))
    return _mark(deal, current, withdrawn_at=None, kind="seat_restored", by=by, now=now)


def _mark(
    deal: Opportunity, seat: Seat, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime
) -> Seat:
    if (seat.withdrawn_at is None) != (withdrawn_at is None):
        seat.withdrawn_at, seat.version = withdrawn_at, seat.version + 1
        seat.save(update_fields=["withdrawn_at", "version"])
        tell(kind, deal, seat, by=by, now=now, facts=_facts(seat))
    return seat


def _locked(seat: Seat, *, by: Principal) -> tuple[Opportunity, Seat]:
    """The deal's lock is that of its table."""
    return held(seat.plan.opportunity, by=by), _named(seat)


def _named(seat: Seat) -> Seat:
    return Seat.objects.select_related("user", "contact").get(pk=seat.pk)


def _sound(draft: SeatDraft, deal: Opportunity, others: list[Seat]) -> Verdict:
    verdict = draft.faults()
    if draft.user_id and not User.objects.filter(pk=draft.user_id, is_active=True).exists():
        verdict &= no("person_inactive", field="user")
    if draft.contact_id and not Contact.objects.filter(pk=draft.contact_id, customer_id=deal.customer_id).exists():
        verdict &= no("contact_elsewhere", field="contact")
    field = "user" if draft.side is Side.OURS else "contact"
    return verdict & _free(draft.user_id, draft.contact_id, others, field=field)


def _free(user_id: int | None, contact_id: int | None, others: list[Seat], *, field: str) -> Verdict:
    for seat in others:
        if (user_id and seat.user_id == user_id) or (contact_id and seat.contact_id == contact_id):
            return no("seated_already", field=field)
    return YES


def _stripped(draft: PlanDraft | SeatDraft) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in asdict(draft).items()}


def _columns(draft: SeatDraft) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in _stripped(draft).items()}


def _said(seat: Seat) -> dict[str, Any]:
    names = ("duty", "authority", "stand", "position", "cares")
    return {"who": seat.who} | {name: getattr(seat, name) for name in names}


def _facts(seat: Seat) -> dict[str, Any]:
    return {"who": seat.who, "side": seat.side, "duty": seat.duty}
