"""The list of visits over all deals: what is due, what was done; by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.rules import State

PAGE = 50


class BadCursor(ValueError):
    """A cursor that no page of ours has given out."""


@dataclass(frozen=True, slots=True)
class Order:
    field: str
    is_descending: bool


ORDERS = {"due": Order("due_on", False), "done": Order("done_on", True), "skipped": Order("due_on", True)}
"""What is due comes with the longest overdue first, what was done with the newest."""


def shown(visits: QuerySet[Revisit], which: str) -> QuerySet[Revisit]:
    """One tab of the list: due, done or skipped."""
    standing = visits.filter(withdrawn_at=None)
    return standing.filter(state=State(which))


def page_of(visits: QuerySet[Revisit], *, which: str, cursor: str = "") -> tuple[list[Revisit], str | None]:
    """One page and the cursor of the next. Raises BadCursor."""
    order = ORDERS[which]
    sign = "-" if order.is_descending else ""
    rows = visits.order_by(f"{sign}{order.field}", f"{sign}id")
    if cursor:
        rows = rows.filter(_after(cursor, order))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.pk}~{getattr(last, order.field).isoformat()}" if last else None


def _after(cursor: str, order: Order) -> Q:
    pk, _, said = cursor.partition("~")
    if not (pk.isascii() and pk.isdigit()) or len(pk) > 18:
        raise BadCursor(cursor)
    try:
        day = date.fromisoformat(said)
    except ValueError as error:
        raise BadCursor(cursor) from error
    beyond = "lt" if order.is_descending else "gt"
    further = Q(**{f"{order.field}__{beyond}": day}) | Q(**{order.field: day, f"id__{beyond}": int(pk)})
    return Q(**{f"{order.field}__{beyond}e": day}) & further
