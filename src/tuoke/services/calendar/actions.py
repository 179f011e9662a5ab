from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Reason, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.calendar import hooks
from tuoke.services.calendar.models import CompanyDay, Feed
from tuoke.services.calendar.rules import NAME_LIMIT, days_of

LONGEST = 31
"""So many days may be set at once."""


def may_change(who: Principal) -> bool:
    """Administrators, and whoever sets the rules that count in working days."""
    return who.may(Permission.ORG_WRITE) or who.may(Permission.LEAD_RULES)


@transaction.atomic
def set_days(*, first: date, last: date, is_workday: bool, name: str, by: Principal, now: datetime) -> list[CompanyDay]:
    """The company works, or is off, from ``first`` to ``last``. What was said of these days before is replaced.

    Refused: may_not_write, days_reversed, too_many_days, too_long, name_missing (a day off has a name).
    """
    _require_right(by)
    _require_sound(first, last, is_workday=is_workday, name=name.strip())
    days = [CompanyDay(day=day, is_workday=is_workday, name=name.strip()) for day in days_of(first, last)]
    CompanyDay.objects.filter(day__range=(first, last)).delete()
    CompanyDay.objects.bulk_create(days)
    facts = {"first": first, "last": last, "is_workday": is_workday, "name": name.strip()}
    _changed("calendar.days_set", facts, by=by, now=now)
    return days


@transaction.atomic
def clear_days(*, days: Sequence[date], by: Principal, now: datetime) -> int:
    """Follow the state again on these days. Says on how many something was said. Refused: may_not_write."""
    _require_right(by)
    found = list(CompanyDay.objects.filter(day__in=days).order_by("day"))
    if found:
        CompanyDay.objects.filter(day__in=[one.day for one in found]).delete()
        facts = {"first": found[0].day, "last": found[-1].day, "count": len(found), "name": found[0].name}
        _changed("calendar.days_cleared", facts, by=by, now=now)
    return len(found)


def _require_right(by: Principal) -> None:
    if not may_change(by):
        raise Refused(no("may_not_write"))


def _require_sound(first: date, last: date, *, is_workday: bool, name: str) -> None:
    found: list[Reason] = []
    if last < first:
        found.append(Reason("days_reversed", {"field": "last"}))
    elif (last - first).days >= LONGEST:
        found.append(Reason("too_many_days", {"field": "last", "limit": LONGEST}))
    if len(name) > NAME_LIMIT:
        found.append(Reason("too_long", {"field": "name", "limit": NAME_LIMIT}))
    if not is_workday and not name:
        found.append(Reason("name_missing", {"field": "name"}))
    if found:
        raise Refused(Verdict(tuple(found)))


def _changed(kind: str, facts: Mapping[str, Any], *, by: Principal, now: datetime) -> None:
    record(kind=kind, subject="calendar.companyday:all", by=by, at=now, facts=facts)
    for told in hooks.on_changed:
        told(now)


# The private feed


@transaction.atomic
def renew_feed(*, by: Principal, now: datetime) -> Feed:
    """A new calendar address for ``by``: his first, or one instead of the old, which nobody reads any more."""
    feed, is_first = Feed.objects.get_or_create(user_id=by.user_id or 0, defaults={"made_at": now})
    if not is_first:
        feed = Feed.objects.select_for_update().get(pk=feed.pk)
        feed.public_id, feed.made_at, feed.read_at = uuid.uuid4(), now, None
        feed.save()
    record(kind="calendar.feed_made" if is_first else "calendar.feed_renewed", subject=feed, by=by, at=now)
    return feed


def note_reading(*, feed: Feed, now: datetime) -> None:
    """So that its owner sees whether a program still reads it; to the hour, since programs ask all the time."""
    Feed.objects.filter(Q(read_at=None) | Q(read_at__lt=now - timedelta(hours=1)), pk=feed.pk).update(read_at=now)
