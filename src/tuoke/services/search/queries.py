"""Which records match a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from tuoke.services.search.models import KIND_BITS
from tuoke.services.search.rules import KINDS, Needle, is_blank, needles

M = TypeVar("M", bound=Model)

LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Matches:
    """Ids of matching records, newest first; ``more`` where the limit cut them."""

    ids: tuple[int, ...]
    more: bool


def matching_ids(kind: str, query: str, *, limit: int = LIMIT) -> Matches:
    """Records of the kind that hold every term of the query, whoever may see them: narrow a ``visible_to`` with it."""
    terms = needles(query)
    if not terms:
        return Matches((), more=False)
    first = KINDS[kind] << KIND_BITS
    find = _find_on_sqlite if connection.vendor == "sqlite" else _find_on_postgresql
    found = find(terms, first, first + (1 << KIND_BITS), limit + 1)
    return Matches(tuple(entry - first for entry in found[:limit]), more=len(found) > limit)


def narrowed(queryset: QuerySet[M], kind: str, query: str, *, limit: int = LIMIT) -> QuerySet[M]:
    """The queryset's records that match; all of them for a blank query. The model has ``search_text``.

    Rare terms come from the index as ids. A query with more than ``limit`` matches is looked for in the rows
    themselves, in the list's own order: being common it soon fills a page, and no list of ids grows with the table.
    """
    if is_blank(query):
        return queryset
    matches = matching_ids(kind, query, limit=limit)
    if not matches.more:
        return queryset.filter(pk__in=matches.ids)
    for needle in needles(query):
        queryset = queryset.filter(search_text__contains=needle.text)
    return queryset


def _find_on_sqlite(terms: tuple[Needle, ...], first: int, end: int, limit: int) -> list[int]:
    grams = " ".join(_fts_term(needle) for needle in terms)
    rechecked = [needle.text for needle in terms if not needle.is_exact]
    checks = "".join(" AND instr(e.text, %s) > 0" for _ in rechecked)
    sql = (
        "SELECT g.rowid FROM search_gram g CROSS JOIN search_entry e ON e.id = g.rowid"  # noqa: S608  # only our own words
        f" WHERE g.search_gram MATCH %s AND g.rowid >= %s AND g.rowid < %s{checks} ORDER BY g.rowid DESC LIMIT %s"
    )
    return _ids(sql, [grams, first, end, *rechecked, limit])


def _fts_term(needle: Needle) -> str:
    """All grams of a needle; what is too short for a gram is the beginning of one."""
    if needle.grams:
        return " ".join(f'"{gram}"' for gram in needle.grams)
    return f'"{needle.text}"*'


def _find_on_postgresql(terms: tuple[Needle, ...], first: int, end: int, limit: int) -> list[int]:
    grams = [gram for needle in terms for gram in needle.grams]
    rechecked = [needle.text for needle in terms if not needle.is_exact]
    checks = "".join(" AND strpos(text, %s) > 0" for _ in rechecked)
    having = " AND grams @> %s::text[]" if grams else ""
    sql = f"SELECT id FROM search_entry WHERE id >= %s AND id < %s{having}{checks} ORDER BY id DESC LIMIT %s"  # noqa: S608
    return _ids(sql, [first, end, *([grams] if grams else []), *rechecked, limit])


def _ids(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]
