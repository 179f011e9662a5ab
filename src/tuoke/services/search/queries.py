"""Which records match a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan, LessThan

from tuoke.services.search.models import KIND_BITS
from tuoke.services.search.rules import KINDS, PARTED, Needle, is_blank, needles

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


def in_open_part(query: str) -> Q:
    """Every term stands in the open part of ``search_text`` (``rules.parted``); what has no parts has no open one."""
    end, found = StrIndex(F("search_text"), Value(PARTED)), Q()
    for needle in needles(query):
        place = StrIndex(F("search_text"), Value(needle.text))
        found &= Q(GreaterThan(place, 0)) & Q(LessThan(place, end))
    return found


def _find_on_sqlite(terms: tuple[Needle, ...], first: int, end: int, limit: int) -> list[int]:
    match = " ".join(f'"{gram}"' for needle in terms for gram in needle.grams)
    begins = " ".join(f'"{needle.text}"*' for needle in terms if not needle.grams)
    checks, checked = _rechecks(terms, "instr(e.text, %s) > 0")
    sql = (
        "SELECT g.rowid FROM search_gram g CROSS JOIN search_entry e ON e.id = g.rowid"  # noqa: S608  # only our own words
        f" WHERE g.search_gram MATCH %s AND g.rowid >= %s AND g.rowid < %s{checks} ORDER BY g.rowid DESC LIMIT %s"
    )
    return _ids(sql, [f"{match} {begins}", first, end, *checked, limit])


def _find_on_postgresql(terms: tuple[Needle, ...], first: int, end: int, limit: int) -> list[int]:
    match = [f"'{gram}'" for needle in terms for gram in needle.grams]
    begins = [f"'{needle.text}':*" for needle in terms if not needle.grams]
    checks, checked = _rechecks(terms, "strpos(text, %s) > 0")
    sql = (
        "SELECT id FROM search_entry"  # noqa: S608  # only our own words
        f" WHERE grams @@ %s::tsquery AND id >= %s AND id < %s{checks} ORDER BY id DESC LIMIT %s"
    )
    return _ids(sql, [" & ".join(match + begins), first, end, *checked, limit])


def _rechecks(terms: tuple[Needle, ...], condition: str) -> tuple[str, list[str]]:
    """A text may hold all grams of a term and still not the term itself."""
    texts = [needle.text for needle in terms if not needle.is_exact]
    return "".join(f" AND {condition}" for _ in texts), texts


def _ids(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]
