"""Keyset paging: a page costs the same however far one has read, and nothing is seen twice or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

PAGE = 50
WINDOW = 10_000
"""So many rows are looked through for a page by what no index finds."""
LARGEST_ID = 2**63 - 1
PAIRS = {
    "lt": TupleLessThan,
    "lte": TupleLessThanOrEqual,
    "gt": TupleGreaterThan,
    "gte": TupleGreaterThanOrEqual,
}

Row = TypeVar("Row", bound=models.Model)


class BadCursor(ValueError):
    """Not a cursor of this list and sort."""


@dataclass(frozen=True, slots=True)
class Sort:
    """``parse`` reads the field's value from a cursor. Rows without a value come last, whichever the direction."""

    field: str
    is_descending: bool = False
    parse: Callable[[str], Any] = str

    def rank(self, place: Place) -> tuple[bool, Any, int]:
        """Where a row stands among others: the smaller, the earlier."""
        way = -1 if self.is_descending else 1
        return (place.value is None, way * _number(place.value), way * place.pk)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a sort. ``value`` is None where it isn't known, and where the sort goes by id."""

    pk: int
    value: Any = None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """``is_partial``: not all was looked through, ``next`` goes on where it stopped."""

    rows: list[Row]
    next: str | None
    is_partial: bool = False


def page_of(
    rows: QuerySet[Row], *, sort: Sort, cursor: str = "", size: int = PAGE, among: QuerySet[Row] | None = None
) -> Page[Row]:
    """The page behind ``cursor`` ("" is the first). One query by id, else one for known and one for unknown values.

    ``among`` is ``rows`` without what no index finds, in an order that an index has: then at most ``WINDOW`` of these
    are looked through. Raises BadCursor.
    """
    found, reached = _walk(rows, sort, place_at(cursor, sort), size + 1, among)
    if len(found) > size:
        return Page(found[:size], cursor_of(found[size - 1], sort))
    return Page(found, _said(reached, sort) if reached else None, is_partial=reached is not None)


def before(rows: QuerySet[Row], *, sort: Sort, cursor: str, size: int, among: QuerySet[Row] | None = None) -> list[Row]:
    """The rows before the place of ``cursor``, the nearest first. Raises BadCursor."""
    place = place_at(cursor, sort)
    if place is None:
        return []
    back = Sort(sort.field, not sort.is_descending, sort.parse)
    found: list[Row] = []
    if sort.field == "id" or place.value is None:
        alike = {} if sort.field == "id" else {f"{sort.field}__isnull": True}
        beside = among.filter(**alike) if among is not None else None
        found = _part(rows.filter(**alike), back, place, size, beside, by_id=True)[0]
        if sort.field == "id" or len(found) == size:
            return found
        place = None
    return found + _part(_known(rows, sort), back, place, size - len(found), among, by_id=False)[0]


def cursor_of(row: models.Model, sort: Sort) -> str:
    """The cursor behind which the list goes on after this row."""
    return _said(Place(row.pk, None if sort.field == "id" else getattr(row, sort.field)), sort)


def place_at(cursor: str, sort: Sort) -> Place | None:
    """The place that a cursor names; None for "". Raises BadCursor."""
    if not cursor:
        return None
    pk, mark, said = cursor.partition("~")
    if (
        not (pk.isascii() and pk.isdigit())
        or len(pk) > 19
        or int(pk) > LARGEST_ID
        or bool(mark) == (sort.field == "id")
    ):
        raise BadCursor(cursor)
    try:
        return Place(int(pk), sort.parse(said) if said else None)
    except (ValueError, ArithmeticError) as error:
        raise BadCursor(cursor) from error


def sort_named(name: str, sorts: Mapping[str, Sort]) -> Sort:
    """The sort of that name, else the list's usual one, whose name is empty."""
    return sorts.get(name) or sorts[""]


def _walk(
    rows: QuerySet[Row], sort: Sort, place: Place | None, size: int, among: QuerySet[Row] | None
) -> tuple[list[Row], Place | None]:
    """Known values in their order, then the unknown ones: so both parts run along an index on either database."""
    if sort.field == "id":
        return _part(rows, sort, place, size, among, by_id=True)
    found: list[Row] = []
    if place is None or place.value is not None:
        found, reached = _part(_known(rows, sort), sort, place, size, among, by_id=False)
        if len(found) == size or reached:
            return found, reached
        place = None
    unknown = {f"{sort.field}__isnull": True}
    among = among.filter(**unknown) if among is not None else None
    more, reached = _part(rows.filter(**unknown), sort, place, size - len(found), among, by_id=True)
    return found + more, reached


def _part(
    rows: QuerySet[Row], sort: Sort, place: Place | None, size: int, among: QuerySet[Row] | None, *, by_id: bool
) -> tuple[list[Row], Place | None]:
    """Up to ``size`` rows behind the place, and where looking stopped before the end."""
    keys = ("id",) if by_id else (sort.field, "id")
    order = [_directed(key, sort) for key in keys]
    reached = None
    if among is not None:
        if not by_id:
            among = _known(among, sort)
        values = _behind(among, sort, place, by_id=by_id).order_by(*order).values_list("id", *keys[:-1])
        edge = next(iter(values[WINDOW - 1 : WINDOW]), None)
        if edge is not None:
            reached = Place(*edge)
            rows = _up_to(rows, sort, reached, by_id=by_id)
    return list(_behind(rows, sort, place, by_id=by_id).order_by(*order)[:size]), reached


def _known(rows: QuerySet[Row], sort: Sort) -> QuerySet[Row]:
    return rows.filter(**{f"{sort.field}__isnull": False})


def _behind(rows: QuerySet[Row], sort: Sort, place: Place | None, *, by_id: bool) -> QuerySet[Row]:
    if place is None:
        return rows
    return _apart(rows, sort, place, "lt" if sort.is_descending else "gt", by_id=by_id, end="")


def _up_to(rows: QuerySet[Row], sort: Sort, place: Place, *, by_id: bool) -> QuerySet[Row]:
    return _apart(rows, sort, place, "gt" if sort.is_descending else "lt", by_id=by_id, end="e")


def _apart(rows: QuerySet[Row], sort: Sort, place: Place, way: str, *, by_id: bool, end: str) -> QuerySet[Row]:
    """The rows on one side of a place, so said that an index begins there: PostgreSQL compares pairs, SQLite is given
    the bare bound beside the OR."""
    if by_id:
        return rows.filter(**{f"id__{way}{end}": place.pk})
    if connections[rows.db].features.supports_tuple_lookups:
        pair = Tuple(F(sort.field), F("id"))
        return rows.filter(PAIRS[way + end](pair, (place.value, place.pk)))
    rows = rows.filter(**{f"{sort.field}__{way}e": place.value})
    return rows.filter(Q(**{f"{sort.field}__{way}": place.value}) | Q(**{f"id__{way}{end}": place.pk}))


def _directed(field: str, sort: Sort) -> str:
    return f"-{field}" if sort.is_descending else field


def _said(place: Place, sort: Sort) -> str:
    if sort.field == "id":
        return str(place.pk)
    value = place.value
    return f"{place.pk}~{'' if value is None else value.isoformat() if hasattr(value, 'isoformat') else value}"


def _number(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return value.toordinal() if isinstance(value, date) else value or 0


def ranked(rows: Iterator[Row] | list[Row], sort: Sort) -> list[Row]:
    """Rows of several pages of one sort in their common order."""
    places = [(sort.rank(Place(row.pk, None if sort.field == "id" else getattr(row, sort.field))), row) for row in rows]
    return [row for _, row in sorted(places, key=lambda pair: pair[0])]
