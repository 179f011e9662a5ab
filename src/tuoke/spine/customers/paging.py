"""Keyset paging: a page costs the same however far one has read, and nothing is seen twice or left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

PAGE = 50
LARGEST_ID = 2**63 - 1

Row = TypeVar("Row", bound=models.Model)


class BadCursor(ValueError):
    """Not a cursor of this list and sort."""


@dataclass(frozen=True, slots=True)
class Sort:
    """``parse`` reads the field's value from a cursor. Rows without a value come last, whichever the direction."""

    field: str
    is_descending: bool = False
    parse: Callable[[str], Any] = str


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    next: str | None


def page_of(rows: QuerySet[Row], *, sort: Sort, cursor: str = "", size: int = PAGE) -> Page[Row]:
    """The page behind ``cursor`` ("" is the first). One query by id, else one for known and one for unknown values.

    Raises BadCursor.
    """
    pk, value = _read(cursor, sort)
    found = _by_id(rows, sort, pk, size) if sort.field == "id" else _by_field(rows, sort, pk, value, size)
    return Page(found[:size], _cursor(found[size - 1], sort) if len(found) > size else None)


def _by_id(rows: QuerySet[Row], sort: Sort, pk: int | None, size: int) -> list[Row]:
    return list(_behind(rows, sort, pk).order_by(_directed("id", sort))[: size + 1])


def _by_field(rows: QuerySet[Row], sort: Sort, pk: int | None, value: Any, size: int) -> list[Row]:
    """Known values in their order, then the unknown ones: so both parts run along an index on either database."""
    found: list[Row] = []
    if pk is None or value is not None:
        known = rows.filter(**{f"{sort.field}__isnull": False})
        if pk is not None:
            known = known.filter(**{f"{sort.field}__{_beyond(sort)}e": value})
            known = known.filter(Q(**{f"{sort.field}__{_beyond(sort)}": value}) | Q(**{f"id__{_beyond(sort)}": pk}))
        found = list(known.order_by(_directed(sort.field, sort), _directed("id", sort))[: size + 1])
        pk = None
    if len(found) <= size:
        unknown = _behind(rows.filter(**{f"{sort.field}__isnull": True}), sort, pk)
        found += unknown.order_by(_directed("id", sort))[: size + 1 - len(found)]
    return found


def _behind(rows: QuerySet[Row], sort: Sort, pk: int | None) -> QuerySet[Row]:
    return rows if pk is None else rows.filter(**{f"id__{_beyond(sort)}": pk})


def _directed(field: str, sort: Sort) -> str:
    return f"-{field}" if sort.is_descending else field


def _beyond(sort: Sort) -> str:
    return "lt" if sort.is_descending else "gt"


def _cursor(row: Row, sort: Sort) -> str:
    if sort.field == "id":
        return str(row.pk)
    value = getattr(row, sort.field)
    said = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"{row.pk}~{said}"


def _read(cursor: str, sort: Sort) -> tuple[int | None, Any]:
    if not cursor:
        return None, None
    pk, mark, said = cursor.partition("~")
    if (
        not (pk.isascii() and pk.isdigit())
        or len(pk) > 19
        or int(pk) > LARGEST_ID
        or bool(mark) == (sort.field == "id")
    ):
        raise BadCursor(cursor)
    try:
        return int(pk), sort.parse(said) if said else None
    except (ValueError, ArithmeticError) as error:
        raise BadCursor(cursor) from error


def sort_named(name: str, sorts: Mapping[str, Sort]) -> Sort:
    """The sort of that name, else the list's usual one, whose name is empty."""
    return sorts.get(name) or sorts[""]
