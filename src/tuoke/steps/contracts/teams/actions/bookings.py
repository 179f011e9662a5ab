"""人员预订: asked for, agreed by the person or his manager, never more than all of somebody's time (S7.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Permission, Principal, system
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.contracts.teams import hooks
from tuoke.steps.contracts.teams.actions.doors import held, is_open, must, tell
from tuoke.steps.contracts.teams.models import Booking
from tuoke.steps.contracts.teams.queries.bookings import may_decide
from tuoke.steps.contracts.teams.rules import (
    DUTY_LIMIT,
    MOST_BOOKINGS,
    BookingDraft,
    BookingState,
    Use,
    may_be_booked,
)


@transaction.atomic
def book(*, deal: Opportunity, draft: BookingDraft, by: Principal, now: datetime) -> Booking:
    """Ask for somebody's time. He joins the deal, so that he sees what he is asked for; his own time is agreed at once.

    Refused: the draft's faults, colleague_gone, over_booked, too_many, may_not_read, deal_closed.
    """
    deal = held(deal, by=by)
    verdict = is_open(deal) & draft.faults(today=timezone.localdate(now))
    user = _locked_person(draft.user_id)
    if draft.user_id and (user is None or not user.is_active):
        verdict &= no("colleague_gone", field="user")
    if Booking.objects.filter(opportunity=deal).count() >= MOST_BOOKINGS:
        verdict &= no("too_many", most=MOST_BOOKINGS)
    if verdict and user is not None:
        verdict &= _free(user, Use(draft.percent, draft.starts_on, draft.ends_on))
    must(verdict)
    assert user is not None
    joined = _join(deal, user, draft, by=by, now=now)
    is_own = user.pk == by.user_id
    booking = Booking.objects.create(
        opportunity=deal, user=user, starts_on=draft.starts_on, ends_on=draft.ends_on, percent=draft.percent,
        note=draft.note.strip(), asked_by_id=by.user_id, joined=joined, created_at=now,
        state=(BookingState.AGREED if is_own else BookingState.ASKED).value,
        decided_by_id=by.user_id if is_own else None, decided_at=now if is_own else None,
    )  # fmt: skip
    tell("booked", deal, booking, by=by, now=now, facts=said_of(booking))
    if not is_own:
        for told in hooks.on_asked:
            told(booking, by, now)
    return booking


@transaction.atomic
def decide(*, booking: Booking, version: int, agrees: bool, reason: str = "", by: Principal, now: datetime) -> Booking:
    """The person whose time it is, or a manager of his, agrees or declines. Judged anew under the lock of the person.

    Raises Booking.DoesNotExist for anybody else, Conflict; Refused: not_asked, over_booked, reason_missing, deal_closed.
    """
    current = _locked(booking, by=by, version=version)
    verdict = is_open(current.opportunity) & (YES if current.state == BookingState.ASKED else no("not_asked"))
    verdict &= text_fault(reason, field="reason", limit=DUTY_LIMIT)
    if agrees:
        verdict &= _free(current.user, current.use)
    elif not reason.strip():
        verdict &= no("reason_missing", field="reason")
    must(verdict)
    state = BookingState.AGREED if agrees else BookingState.DECLINED
    return _ended(current, state, reason, by=by, now=now)


@transaction.atomic
def release(*, booking: Booking, by: Principal, now: datetime) -> Booking:
    """It isn't needed (any more): the deal's side takes it back, agreed or not. Refused: not_standing, deal_closed."""
    deal = held(booking.opportunity, by=by)
    _locked_person(booking.user_id)
    current = Booking.objects.select_related("user").get(pk=booking.pk)
    current.opportunity = deal
    is_standing = current.state in (BookingState.ASKED, BookingState.AGREED)
    must(is_open(deal) & (YES if is_standing else no("not_standing")))
    return _ended(current, BookingState.WITHDRAWN, "", by=by, now=now)


def said_of(booking: Booking) -> dict[str, Any]:
    return {
        "name": str(booking.user), "percent": booking.percent, "starts_on": booking.starts_on,
        "ends_on": booking.ends_on, "note": booking.note, "reason": booking.reason, "state": booking.state,
    }  # fmt: skip


def _ended(booking: Booking, state: BookingState, reason: str, *, by: Principal, now: datetime) -> Booking:
    booking.state, booking.reason = state.value, reason.strip()
    booking.decided_by_id, booking.decided_at = by.user_id, now
    booking.version += 1
    booking.save()
    tell("booking_decided", booking.opportunity, booking, by=by, now=now, facts=said_of(booking))
    if state is not BookingState.AGREED:
        _leave(booking, now=now)
    for told in hooks.on_decided:
        told(booking, by, now)
    return booking


def _locked_person(user_id: int | None) -> User | None:
    """All that is decided about somebody's time is decided one after another."""
    return User.objects.select_for_update(of=("self",)).filter(pk=user_id or 0).first()


def _locked(booking: Booking, *, by: Principal, version: int) -> Booking:
    """The deal first, then the person: in this order everywhere."""
    deal = Opportunity.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.opportunity_id)
    user = _locked_person(booking.user_id)
    current = Booking.objects.get(pk=booking.pk)
    assert user is not None
    current.opportunity, current.user = deal, user
    if not may_decide(by, current):
        raise Booking.DoesNotExist
    if current.version != version:
        raise Conflict(current)
    return current


def _free(user: User, asked: Use) -> Verdict:
    around = Booking.objects.agreed().filter(user=user, starts_on__lte=asked.ends_on, ends_on__gte=asked.starts_on)
    return may_be_booked(asked, agreed=[booking.use for booking in around])


def _join(deal: Opportunity, user: User, draft: BookingDraft, *, by: Principal, now: datetime) -> bool:
    """Whether asking makes him a member. A membership that ends too early is made longer; a co-owner's is his own."""
    if user.pk == deal.owner_id:
        return False
    member = Membership.objects.filter(opportunity=deal, user=user).first()
    if member is None and not principal_of(user).may(Permission.DEAL_READ):
        raise Refused(no("may_not_read", field="user", name=user.name))
    lasts = member is not None and (member.ends_on is None or member.ends_on >= draft.ends_on)
    if member is not None and (lasts or member.is_co_owner):
        return False
    duty, starts_on = (member.duty, member.starts_on) if member else (draft.note.strip()[:80], None)
    deals.join(deal=deal, user=user, duty=duty, starts_on=starts_on, ends_on=draft.ends_on, by=by, now=now)
    return member is None or not member.is_current(timezone.localdate(now))


def _leave(booking: Booking, *, now: datetime) -> None:
    """Whoever joined for this booking alone leaves with it."""
    others = Booking.objects.standing().filter(opportunity_id=booking.opportunity_id, user_id=booking.user_id)
    present = Membership.objects.current(timezone.localdate(now)).filter(
        opportunity_id=booking.opportunity_id, user_id=booking.user_id, share=None
    )
    if booking.joined and present.exists() and not others.exists():
        deals.leave(deal=booking.opportunity, user=booking.user, by=system("teams.bookings"), now=now)
