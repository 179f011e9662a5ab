from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Generic, TypeVar

from django.db import models
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.notifications import smtp
from tuoke.services.notifications.models import Mail, MailQuerySet, Notice
from tuoke.services.notifications.rules import MailState

PAGE = 50
MOST_COUNTED = 100
"""Nobody reads a larger number: 99+."""
ALIKE = 3
"""So many of one kind on one day are folded into one line."""
LARGEST_ID = 2**63 - 1

Row = TypeVar("Row", bound=models.Model)


def mail_is_on() -> bool:
    """Without TUOKE_MAIL_URL nothing is sent: ``queue_mail`` refuses, screens say how to turn it on."""
    return smtp.is_on()


def mail_from() -> str:
    """The address that all mail comes from."""
    return smtp.from_address()


def unread_count(who: Principal) -> int:
    """What waits for this person, up to 100. One query along its own index, whatever the company holds."""
    return Notice.objects.visible_to(who).unread().values("pk")[:MOST_COUNTED].count()


@dataclass(frozen=True, slots=True)
class Rows(Generic[Row]):
    """A page of a list, newest first; ``next`` is the cursor of the page after it."""

    rows: list[Row]
    next: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Notices of one kind and day that stand together; a single one most of the time."""

    notices: tuple[Notice, ...]

    @property
    def first(self) -> Notice:
        return self.notices[0]

    @property
    def rest(self) -> tuple[Notice, ...]:
        return self.notices[1:]

    @property
    def is_folded(self) -> bool:
        return len(self.notices) >= ALIKE

    @property
    def unread(self) -> int:
        return sum(notice.read_at is None for notice in self.notices)


def notices_of(who: Principal, *, unread: bool, cursor: str = "") -> Rows[Notice]:
    """One page of one's notices. A cursor that isn't one begins anew. One query."""
    rows = Notice.objects.visible_to(who)
    return _page(rows.unread() if unread else rows, cursor)


def grouped(notices: Sequence[Notice]) -> list[Group]:
    """Neighbours of one kind and day together: many assignments at once are one line to unfold."""
    found: list[Group] = []
    for _, run in groupby(notices, key=lambda notice: (notice.kind, _day(notice))):
        together = tuple(run)
        found += [Group(together)] if len(together) >= ALIKE else [Group((one,)) for one in together]
    return found


def mails_of(who: Principal, *, states: Sequence[MailState] = (), cursor: str = "") -> Rows[Mail]:
    """One's own mails, newest first, of these states (all where none is named). One query."""
    rows = Mail.objects.filter(sender_id=who.user_id or 0).visible_to(who).defer("text")
    return _page(rows.filter(state__in=states) if states else rows, cursor)


def mail_counts(who: Principal) -> dict[str, int]:
    """How many of one's mails are in each state that waits for something: few, by the index."""
    waiting = (MailState.QUEUED, MailState.SENDING, MailState.FAILED, MailState.UNSURE)
    rows = Mail.objects.filter(sender_id=who.user_id or 0, state__in=waiting)
    return dict(rows.values_list("state").annotate(count=models.Count("pk")).order_by())


def stuck_count(who: Principal) -> int:
    """One's own mails that did not go out, or perhaps did: what only a person can settle. By the index."""
    stuck = (MailState.FAILED, MailState.UNSURE)
    return Mail.objects.filter(sender_id=who.user_id or 0, state__in=stuck).count()


def mail_seen(who: Principal, pk: int) -> MailQuerySet:
    """The mail with all that its page shows."""
    return Mail.objects.visible_to(who).filter(pk=pk).select_related("sender").prefetch_related("tries", "attachments")


def _page(rows: models.QuerySet[Row], cursor: str) -> Rows[Row]:
    if cursor.isascii() and cursor.isdigit() and len(cursor) <= 19 and int(cursor) <= LARGEST_ID:
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Rows(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else None)


def _day(notice: Notice) -> date:
    return timezone.localdate(notice.at)
