"""The list of leads: its parts, its order, what a row shows, what comes before and after a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone

from tuoke.base.accounts.models import owned_by
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.paging import PAGE, Page, Sort, before, cursor_of, page_of, place_at, ranked
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.rules import TOP
from tuoke.steps.leads.rules.bulk import LARGEST


def _score(said: str) -> Decimal:
    value = Decimal(said)
    if not 0 <= value <= TOP:
        raise ValueError(said)
    return value


def _moment(said: str) -> datetime:
    value = datetime.fromisoformat(said)
    if timezone.is_naive(value) or not 1900 <= value.year <= 9000:
        raise ValueError(said)
    return value


def _both(name: str, field: str, parse: object) -> dict[str, Sort]:
    return {name: Sort(field, parse=parse), f"-{name}": Sort(field, is_descending=True, parse=parse)}  # type: ignore[arg-type]  # a parser


SORTS: Mapping[str, Sort] = {
    "": Sort("id", is_descending=True),
    **_both("id", "id", int),
    **_both("score", "score", _score),
    **_both("purchase_on", "purchase_on", date.fromisoformat),
    **_both("due_on", "due_on", date.fromisoformat),
    **_both("recycle_on", "recycle_on", date.fromisoformat),
    **_both("touched", "last_touch_at", _moment),
}
"""By the name in the address; the usual one is newest first. Each runs along an index, status by status."""


class Corner(StrEnum):
    """Which part of the leads is looked at."""

    MINE = "mine"
    TEAM = "team"
    POOL = "pool"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as somebody asks for it. ``leads`` are narrowed by everything but status; ``is_loose`` where no index
    finds what they are narrowed by."""

    who: Principal
    corner: Corner
    leads: QuerySet[Lead]
    statuses: tuple[LeadStatus, ...]
    sort: Sort
    is_loose: bool = False

    @property
    def found(self) -> QuerySet[Lead]:
        return self.leads.filter(status__in=self.statuses)


def corners_of(who: Principal) -> tuple[Corner, ...]:
    """The parts that this person's rights open; the first is where he begins."""
    scope = who.scope_of(Permission.LEAD_READ)
    found = [Corner.MINE] if who.may(Permission.LEAD_WRITE) else []
    if Scope.SELF < scope < Scope.ALL:
        found.append(Corner.TEAM)
    if scope is Scope.ALL:
        found.append(Corner.ALL)
    if who.may(Permission.LEAD_WRITE) or scope is Scope.ALL:
        found.append(Corner.POOL)
    return tuple(found)


def leads_in(corner: Corner, *, who: Principal) -> QuerySet[Lead]:
    seen = Lead.objects.visible_to(who).real()
    match corner:
        case Corner.MINE:
            return seen.filter(owner_id=who.user_id)
        case Corner.TEAM:
            return seen.filter(owned_by(who, who.scope_of(Permission.LEAD_READ)), owner__isnull=False)
        case Corner.POOL:
            return seen.filter(owner=None)
        case Corner.ALL:
            return seen


def for_list(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """What a row of the list shows, in one query."""
    return leads.select_related("owner", "source", "campaign").defer("search_text", "attributes", "note")


def page_in(asked: Asked, *, cursor: str = "", size: int = PAGE) -> Page[Lead]:
    """The page behind ``cursor``. Raises BadCursor.

    First where its rows stand, then what they show: joins would lead the database away from the list's own order.
    """
    parts = [
        page_of(
            asked.leads.filter(status=status).only(asked.sort.field),
            sort=asked.sort,
            cursor=cursor,
            size=size,
            among=among,
        )
        for status, among in _among(asked)
    ]
    page = parts[0] if len(parts) == 1 else _joined(parts, asked.sort, size)
    shown = for_list(Lead.objects.all()).in_bulk([row.pk for row in page.rows])
    return replace(page, rows=[shown[row.pk] for row in page.rows if row.pk in shown])


def neighbours(asked: Asked, *, cursor: str) -> tuple[list[Lead], Lead | None]:
    """Up to two leads before the place of ``cursor``, the nearest first, and the one behind it. Raises BadCursor."""
    back: list[Lead] = []
    for status, among in _among(asked):
        leads = asked.leads.filter(status=status)
        back += before(leads, sort=asked.sort, cursor=cursor, size=2, among=among)
    nearest = list(reversed(ranked(back, asked.sort)))[:2]
    ahead = page_in(asked, cursor=cursor, size=1).rows
    return nearest, ahead[0] if ahead else None


def chosen(asked: Asked, *, limit: int = LARGEST) -> list[tuple[int, int]]:
    """Id and version of all that is asked for, newest first; one more than ``limit`` where there are more."""
    return list(asked.found.order_by("-id").values_list("pk", "version")[: limit + 1])


def counted(asked: Asked, *, limit: int = LARGEST) -> int:
    """How many there are, up to one more than ``limit``."""
    return len(asked.found.order_by().values_list("pk", flat=True)[: limit + 1])


def place_of(lead: Lead, sort: Sort) -> str:
    """Where the lead stands in this sort: a cursor."""
    return cursor_of(lead, sort)


def _among(asked: Asked) -> list[tuple[LeadStatus, QuerySet[Lead] | None]]:
    """Each status by itself, as the indexes know them; and what is looked through where no index helps further."""
    if not asked.is_loose:
        return [(status, None) for status in asked.statuses]
    rows = Lead.objects.all()
    if asked.corner is Corner.MINE:
        rows = rows.filter(owner_id=asked.who.user_id)
    elif asked.corner is Corner.POOL:
        rows = rows.filter(owner=None)
    return [(status, rows.filter(status=status)) for status in asked.statuses]


def _joined(parts: list[Page[Lead]], sort: Sort, size: int) -> Page[Lead]:
    """One page of the pages of each status: as far as all of them have been looked through."""
    rows = ranked([row for part in parts for row in part.rows], sort)
    edges = [
        (sort.rank(place), part.next)
        for part in parts
        if part.is_partial and part.next and (place := place_at(part.next, sort)) is not None
    ]
    if edges:
        rank, cursor = min(edges)
        rows = [row for row in rows if sort.rank(place_at(cursor_of(row, sort), sort)) <= rank]  # type: ignore[arg-type]  # a row has a place
        if len(rows) <= size:
            return Page(rows, cursor, is_partial=True)
    if len(rows) > size or (len(rows) == size and any(part.next for part in parts)):
        return Page(rows[:size], cursor_of(rows[size - 1], sort))
    return Page(rows, None)
