"""Thousands of rows changed at once, each to its own values, and only those that still are as they were read.

One statement on PostgreSQL, one prepared statement run many times on SQLite. ``bulk`` does the same for new objects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models, transaction

from tuoke.base.records.bulk_reading import Converted

Row = Sequence[Any]


def change(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    expected: Sequence[str],
    columns: Sequence[str],
    once: Sequence[str] = (),
) -> set[int]:
    """Write the new values; returns the keys of rows that aren't as ``expected`` any more and were left alone.

    Each row is (key, *values of ``expected``, *values of ``columns``); what stands in a column of ``once`` stays.
    Names are the model's attribute names. Inside a transaction only.
    """
    if not rows:
        return set()
    _require_transaction()
    key: Any = model._meta.pk
    old, new = _fields(model, expected), _fields(model, columns)
    if connection.vendor == "postgresql":
        return _together(model, rows, [key, *old, *new], known=len(old), once=once)
    return _one_by_one(model, rows, [key, *old, *new], known=len(old), once=once)


def add(model: type[models.Model], rows: Sequence[Row], *, columns: Sequence[str]) -> None:
    """New rows from plain values; columns that aren't named get what the table gives. Inside a transaction only."""
    if not rows:
        return
    _require_transaction()
    fields = _fields(model, columns)
    target = f"{_quoted(model._meta.db_table)} ({', '.join(map(_column, fields))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", _stored(rows, fields))  # noqa: S608  # our own names


def _together(
    model: type[models.Model], rows: Sequence[Row], fields: Sequence[Any], *, known: int, once: Sequence[str]
) -> set[int]:
    arrays = ", ".join(f"%s::{_array(field)}" for field in fields)
    names = ", ".join(f"v{n}" for n in range(len(fields)))
    same = "".join(
        f" AND old.{_column(field)} IS NOT DISTINCT FROM new.v{n}" for n, field in enumerate(fields[1 : 1 + known], 1)
    )
    values = ", ".join(
        f"{_column(field)} = {f'COALESCE(old.{_column(field)}, new.v{n})' if field.attname in once else f'new.v{n}'}"
        for n, field in enumerate(fields[1 + known :], 1 + known)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_quoted(model._meta.db_table)} AS old SET {values} FROM unnest({arrays}) AS new({names})"  # noqa: S608
            f" WHERE old.{_column(fields[0])} = new.v0{same} RETURNING new.v0",
            [list(column) for column in zip(*rows, strict=True)],
        )
        if cursor.rowcount == len(rows):
            return set()
        written = {key for (key,) in cursor.fetchall()}
    return {row[0] for row in rows} - written


def _moved_on(model: type[models.Model], rows: Sequence[Row], fields: Sequence[Any]) -> set[int]:
    """SQLite: the transaction holds the only write lock, so what is found unchanged stays so until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(map(_column, fields))} FROM {_quoted(model._meta.db_table)}"  # noqa: S608  # our own names
            f" WHERE {_column(fields[0])} IN (SELECT value FROM json_each(%s))",
            [json.dumps([row[0] for row in rows])],
        )
        now = {key: tuple(values) for key, *values in cursor.fetchall()}
    before = [row[: len(fields)] for row in rows]
    return {key for key, *values in _stored(before, fields) if now.get(key) != tuple(values)}


def _one_by_one(
    model: type[models.Model], rows: Sequence[Row], fields: Sequence[Any], *, known: int, once: Sequence[str]
) -> set[int]:
    """In the hope that nobody was faster; else back, and without those whom it can't meet any more."""
    first = 1 + known
    values = ", ".join(
        f"{_column(field)} = {f'COALESCE({_column(field)}, %s)' if field.attname in once else '%s'}"
        for field in fields[first:]
    )
    same = "".join(f" AND {_column(field)} IS %s" for field in fields[1:first])
    statement = f"UPDATE {_quoted(model._meta.db_table)} SET {values} WHERE {_column(fields[0])} = %s{same}"  # noqa: S608
    changes = _stored([(*row[first:], *row[:first]) for row in rows], [*fields[first:], *fields[:first]])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, changes)
        if cursor.rowcount == len(rows):
            return set()
        transaction.set_rollback(True)
    missed = _moved_on(model, rows, fields[:first])
    return missed | _one_by_one(model, [row for row in rows if row[0] not in missed], fields, known=known, once=once)


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("bulk changes belong inside the action's transaction")


def _fields(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def _stored(rows: Sequence[Row], fields: Sequence[Any]) -> list[tuple[Any, ...]]:
    """As the driver of SQLite takes them: every distinct value of a column is converted once, not every cell."""
    if not rows:
        return []
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, field in enumerate(fields):
        if isinstance(field, models.DecimalField | models.DateField):  # a DateTimeField is a DateField
            columns[place] = map(Converted(_storing(field)).__getitem__, columns[place])
    return list(zip(*columns, strict=True))


def _storing(field: Any) -> Callable[[Any], Any]:
    return lambda value: field.get_db_prep_save(value, connection)


def _array(field: Any) -> str:
    return f"{field.rel_db_type(connection)}[]" if field.primary_key else f"{field.db_type(connection)}[]"


def _column(field: Any) -> str:
    return _quoted(field.column)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
