"""Whose time is asked for, and how much of it is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.steps.contracts.teams.models import Booking, BookingQuerySet
from tuoke.steps.contracts.teams.rules import BookingState, Stretch, Use, stretches

MOST_SHOWN = 100
AHEAD = timedelta(days=180)
"""So far ahead it is shown how much of somebody's time is taken."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much of somebody's time is taken, stretch by stretch, where anything is."""

    user_id: int
    stretches: tuple[Stretch, ...]


def may_decide(who: Principal, booking: Booking) -> bool:
    """The person whose time it is, and whoever manages his department. Load ``user`` with the booking."""
    if who.user_id is None:
        return False
    if who.user_id == booking.user_id:
        return True
    return _manages(who, booking.user.department_id)


def bookings_to_decide(who: Principal) -> list[Booking]:
    """What waits for the word of ``who``: his own time first, then his people's; at most MOST_SHOWN. One query."""
    rows = _of(who).filter(state=BookingState.ASKED).select_related("user", "asked_by", "opportunity__customer")
    found = rows.order_by("starts_on", "id")[:MOST_SHOWN]
    return sorted(found, key=lambda one: one.user_id != who.user_id)


def waiting_for(who: Principal) -> int:
    """How many bookings wait for his own word: what the menu counts. One query."""
    if who.user_id is None:
        return 0
    return Booking.objects.filter(user_id=who.user_id, state=BookingState.ASKED).count()


def my_bookings(who: Principal, *, today: date) -> list[Booking]:
    """What was agreed of the time of ``who`` and his people, now and later; at most MOST_SHOWN. One query."""
    rows = _of(who).filter(state=BookingState.AGREED, ends_on__gte=today)
    rows = rows.select_related("user", "opportunity__customer")
    return sorted(rows.order_by("starts_on", "id")[:MOST_SHOWN], key=lambda one: one.user_id != who.user_id)


def loads_of(user_ids: Iterable[int], *, today: date) -> dict[int, Load]:
    """How much of the time of each is taken from today on, whoever it is for. One query."""
    uses: dict[int, list[Use]] = {pk: [] for pk in user_ids}
    last = today + AHEAD
    rows = Booking.objects.agreed().filter(user_id__in=uses, ends_on__gte=today, starts_on__lte=last)
    for booking in rows.order_by("starts_on"):
        uses[booking.user_id].append(booking.use)
    return {
        pk: Load(pk, tuple(one for one in stretches(taken, today, last) if one.percent))
        for pk, taken in uses.items()
        if taken
    }


def _of(who: Principal) -> BookingQuerySet:
    mine = Q(user_id=who.user_id) if who.user_id else Q(pk__in=())
    scope = who.scope_of(Permission.DEAL_WAIVE)
    if scope is Scope.ALL:
        return Booking.objects.filter(user__is_active=True)
    departments = who.department_ids(scope)
    return Booking.objects.filter(mine | Q(user__department_id__in=sorted(departments)) if departments else mine)


def _manages(who: Principal, department_id: int | None) -> bool:
    scope = who.scope_of(Permission.DEAL_WAIVE)
    return scope is Scope.ALL or (department_id is not None and department_id in who.department_ids(scope))
