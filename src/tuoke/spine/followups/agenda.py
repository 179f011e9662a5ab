"""Next actions as entries of their owner's calendar (F2, ADR 14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.ics import Entry
from tuoke.spine.customers.models import CHANNEL_NAMES
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.queries import party_name

MOST = 1000
BEFORE = timedelta(minutes=15)


def entries_of(who: Principal, first: date, last: date, root: str) -> Iterable[Entry]:
    """What ``who`` has to do between the two days, and the meetings that he has had. One query."""
    kept = Q(done_at=None) | Q(due_time__isnull=False)
    mine = NextAction.objects.of(who).real().filter(kept, cancelled_at=None, due_on__range=(first, last))
    rows = mine.select_related("opportunity__customer", "customer", "lead", "contact").order_by("-due_on", "-id")
    return [entry_of(action, who=who, root=root) for action in rows[:MOST]]


def entry_of(action: NextAction, *, who: Principal, root: str) -> Entry:
    """``action`` has a day, and what it belongs to is at hand."""
    assert action.due_on is not None
    starts: datetime | date = action.due_on
    if action.due_time:
        starts = timezone.make_aware(datetime.combine(action.due_on, action.due_time))
    channel = str(CHANNEL_NAMES[Channel(action.channel)]) if action.channel else ""
    party = party_name(action.subject, who=who)
    address = root + action.subject.get_absolute_url()
    person = action.contact.name if action.contact else ""
    return Entry(
        uid=f"action-{action.pk}@tuoke",
        title=" · ".join(filter(None, (action.title, party))),
        starts=starts,
        changed_at=action.created_at,
        minutes=action.minutes,
        place=action.place,
        note="\n".join(filter(None, (channel, person, address))),
        url=address,
        sequence=action.version - 1,
        remind=BEFORE if action.due_time else None,
    )
