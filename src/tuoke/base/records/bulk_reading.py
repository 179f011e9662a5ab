"""Thousands of rows read as plain tuples, without the ORM's work for each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet


@contextmanager
def unmapped() -> Iterator[None]:
    """For a run over all rows: SQLite shows its file as memory, and touching all of it would take 128 MB for nothing."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute("PRAGMA mmap_size = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size = {int(before[0]) if before else 0}")


def rows_of(found: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a ``values_list``, the values as models hold them; truth values may be 0 and 1.

    SQLite knows neither decimals nor dates: there every distinct value of a column is converted once, not every cell.
    """
    if connection.vendor != "sqlite":
        return list(found)
    compiler = found.query.get_compiler(connection=connection)
    statement, values = compiler.as_sql()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    if not rows:
        return rows
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for place, (expression, *_) in enumerate(compiler.select):
        field = getattr(expression, "output_field", None)
        if isinstance(field, models.DecimalField | models.DateField):
            columns[place] = map(Converted(_converter(expression)).__getitem__, columns[place])
    return list(zip(*columns, strict=True))


class Converted(dict[Any, Any]):
    """Each value converted when it is first met."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__({None: None})
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        self[value] = converted = self._convert(value)
        return converted


def _converter(expression: Any) -> Callable[[Any], Any]:
    steps: Sequence[Any] = (
        *connection.ops.get_db_converters(expression),
        *expression.get_db_converters(connection),
    )

    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, expression, connection)
        return value

    return convert
