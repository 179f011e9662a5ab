"""``TUOKE_SQL_LOG``: every SQL statement, one a line, without its values (they may be secret)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper


def attach(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    if settings.SQL_LOG and _write not in connection.execute_wrappers:
        connection.execute_wrappers.append(_write)


def _write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    with Path(settings.SQL_LOG).open("a", encoding="utf-8") as log:
        log.write(" ".join(sql.split()) + "\n")
    return execute(sql, params, many, context)
