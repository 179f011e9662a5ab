"""Thousands of new rows at once, without the ORM's work for each cell: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models import AutoField, Field

_Convert = Callable[[Sequence[Any]], Sequence[Any]]

_REMEMBERED = 4096
"""Values of a column whose stored form is kept: times, scores and amounts come again and again."""


def insert(objects: Sequence[models.Model]) -> None:
    """Store new objects of one model as ``bulk_create`` would, and give them their keys. Inside a transaction only.

    Values are taken as they are: no ``auto_now``, no signals. What the database forbids it refuses.
    """
    if not objects:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("insert() belongs inside the action's transaction")
    table = _table(type(objects[0]), connection.vendor)
    if table.counts and objects[0].pk is None:
        for one, pk in zip(objects, _new_keys(table, len(objects)), strict=True):
            one.pk = pk
    columns: list[Sequence[Any]] = list(zip(*map(attrgetter(*table.names), objects), strict=True))
    for place, convert in table.converters:
        columns[place] = convert(columns[place])
    _write(table, zip(*columns, strict=True))
    for one in objects:
        one._state.adding, one._state.db = False, connection.alias


class _Table:
    """How the rows of a model are written; made once."""

    def __init__(self, model: type[models.Model], vendor: str) -> None:
        fields: list[Any] = list(model._meta.concrete_fields)
        key: Any = model._meta.pk
        self.name = model._meta.db_table
        self.key = key.column
        self.counts = isinstance(key, AutoField)
        self.names = [field.attname for field in fields]
        self.columns = [field.column for field in fields]
        self.converters = [(n, convert) for n, field in enumerate(fields) if (convert := _converter(field, vendor))]


@cache
def _table(model: type[models.Model], vendor: str) -> _Table:
    return _Table(model, vendor)


def _new_keys(table: _Table, count: int) -> list[int]:
    """Nobody else is given them: a sequence, or the write lock that the transaction holds from its beginning."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table.name), table.key, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table.name])
        last = cursor.fetchone()[0]
    return list(range(last + 1, last + count + 1))


def _write(table: _Table, rows: Iterator[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    target = f"{quote(table.name)} ({', '.join(map(quote, table.columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", list(rows))  # noqa: S608  # names of our own tables


def _converter(field: Field[Any, Any], vendor: str) -> _Convert | None:
    """From values as models hold them to values as the driver takes them; ``None`` where they are the same."""
    if isinstance(field, models.JSONField):
        return _texts_of(field.encoder)
    if vendor == "postgresql":
        return None
    if isinstance(field, models.UUIDField):
        return _hexes
    if isinstance(field, models.DecimalField | models.DateField):  # a DateTimeField is a DateField
        stored = lru_cache(_REMEMBERED)(lambda value: field.get_db_prep_save(value, connection))
        return lambda values: list(map(stored, values))
    return None


def _texts_of(encoder: type[json.JSONEncoder] | None) -> _Convert:
    def texts(values: Sequence[Any]) -> list[str | None]:
        made: dict[int, str | None] = {}  # many rows of a batch share one value
        for value in values:
            if id(value) not in made:
                made[id(value)] = None if value is None else json.dumps(value, cls=encoder)
        return [made[id(value)] for value in values]

    return texts


def _hexes(values: Sequence[uuid.UUID]) -> list[str]:
    return [value.hex for value in values]
