"""What is due, late or in, over all deals that one may see (keyset pages), and the sums above them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from django.db.models import F, Sum

from tuoke.base.accounts.rules import Principal
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers.paging import BadCursor, Page, Sort, page_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.payments.models import Instalment, InstalmentQuerySet, Receipt, ReceiptQuerySet
from tuoke.steps.contracts.payments.queries.book import ZERO

Rows = TypeVar("Rows", InstalmentQuerySet, ReceiptQuerySet)

SOON = timedelta(days=30)
DUE = Sort("due_on", parse=date.fromisoformat)
SETTLED = Sort("settled_on", is_descending=True, parse=date.fromisoformat)
RECEIVED = Sort("received_on", is_descending=True, parse=date.fromisoformat)
RELATED = ("opportunity__customer", "opportunity__owner", "milestone")


@dataclass(frozen=True, slots=True)
class Filters:
    """``state``: open (due or late), overdue, soon, waiting, settled, all. ``first``, ``last``: days of the list's date."""

    state: str = "open"
    text: str = ""
    owner_id: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def sort(self) -> Sort:
        return SETTLED if self.state == "settled" else DUE


@dataclass(frozen=True, slots=True)
class Sums:
    overdue: Decimal
    soon: Decimal
    received: Decimal


def listed(who: Principal, wanted: Filters, *, today: date, cursor: str = "") -> Page[Instalment]:
    """One page; a cursor of another list begins anew."""
    rows = instalments(who, wanted, today=today).select_related(*RELATED)
    try:
        return page_of(rows, sort=wanted.sort, cursor=cursor)
    except BadCursor:
        return page_of(rows, sort=wanted.sort)


def instalments(who: Principal, wanted: Filters, *, today: date) -> InstalmentQuerySet:
    rows = Instalment.objects.visible_to(who).counted().standing()
    if wanted.state == "overdue":
        rows = rows.overdue(today)
    elif wanted.state == "settled":
        rows = rows.filter(settled_on__isnull=False)
    elif wanted.state != "all":
        rows = rows.open()
    if wanted.state == "soon":
        rows = rows.filter(due_on__gte=today, due_on__lte=today + SOON)
    elif wanted.state == "waiting":
        rows = rows.filter(due_on=None)
    rows = _between(rows, wanted, wanted.sort.field)
    return _of(rows, wanted)


def received_rows(who: Principal, wanted: Filters, *, cursor: str = "") -> Page[Receipt]:
    """What came in and went back, newest first."""
    rows = receipts(who, wanted).select_related("opportunity__customer", "opportunity__owner", "instalment")
    try:
        return page_of(rows, sort=RECEIVED, cursor=cursor)
    except BadCursor:
        return page_of(rows, sort=RECEIVED)


def receipts(who: Principal, wanted: Filters) -> ReceiptQuerySet:
    rows = Receipt.objects.visible_to(who).counted().standing()
    return _of(_between(rows, wanted, "received_on"), wanted)


def sums_of(who: Principal, *, today: date) -> Sums:
    """Of all that ``who`` may see: late, due within 30 days, received this month. Three queries, each along an index."""
    rest = Sum(F("amount") - F("received"))
    rows = Instalment.objects.visible_to(who).counted().open()
    late = rows.filter(due_on__lt=today).aggregate(rest=rest)["rest"]
    soon = rows.filter(due_on__gte=today, due_on__lte=today + SOON).aggregate(rest=rest)["rest"]
    came = Receipt.objects.visible_to(who).counted().standing()
    month = came.filter(received_on__gte=today.replace(day=1), received_on__lte=today)
    return Sums(late or ZERO, soon or ZERO, month.aggregate(whole=Sum("amount"))["whole"] or ZERO)


def _between(rows: Rows, wanted: Filters, field: str) -> Rows:
    if wanted.first is not None:
        rows = rows.filter(**{f"{field}__gte": wanted.first})
    return rows if wanted.last is None else rows.filter(**{f"{field}__lte": wanted.last})


def _of(rows: Rows, wanted: Filters) -> Rows:
    if wanted.text:
        found = narrowed(Opportunity.objects.all(), "opportunity", wanted.text)
        rows = rows.filter(opportunity__in=found)
    return rows if wanted.owner_id is None else rows.filter(opportunity__owner_id=wanted.owner_id)
