"""Keeps the index. Called by the packages that own the records, inside their transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction

from tuoke.services.search.models import KIND_BITS, Entry
from tuoke.services.search.rules import KINDS, grams_for

T = TypeVar("T")

CHUNK = 1000


@transaction.atomic
def index(kind: str, texts: Mapping[int, str]) -> None:
    """Puts records in, or anew: id → ``rules.search_text(…)``. A blank text takes the record out."""
    first = KINDS[kind] << KIND_BITS
    remove(kind, [pk for pk, text in texts.items() if not text])
    put = _put_on_sqlite if connection.vendor == "sqlite" else _put_on_postgresql
    for chunk in _chunks((first + pk, text) for pk, text in texts.items() if text):
        put(chunk)


@transaction.atomic
def remove(kind: str, ids: Iterable[int]) -> None:
    """Takes records out; unknown ids are fine."""
    first = KINDS[kind] << KIND_BITS
    for chunk in _chunks(first + pk for pk in ids):
        Entry.objects.filter(id__in=chunk).delete()  # on SQLite a trigger takes the grams along


def _put_on_sqlite(entries: list[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_entry (id, text) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET text = excluded.text",
            entries,
        )
        cursor.executemany(
            "INSERT OR REPLACE INTO search_gram (rowid, grams) VALUES (%s, %s)",
            [(entry, " ".join(grams_for(text))) for entry, text in entries],
        )


def _put_on_postgresql(entries: list[tuple[int, str]]) -> None:
    ids, texts = [entry for entry, _ in entries], [text for _, text in entries]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (id, text, grams)"
            " SELECT u.id, u.text, array_to_tsvector(string_to_array(u.grams, ' '))"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS u (id, text, grams)"
            " ON CONFLICT (id) DO UPDATE SET text = excluded.text, grams = excluded.grams",
            [ids, texts, [" ".join(grams_for(text)) for text in texts]],
        )


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
