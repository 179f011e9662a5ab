"""``/healthz``: 200 when the installation can work, 503 naming what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from tuoke.config import sqlite


def healthz(request: HttpRequest) -> JsonResponse:
    wrong = {name: problem for name, check in CHECKS.items() if (problem := run(check))}
    return JsonResponse({"ok": not wrong, "wrong": wrong}, status=503 if wrong else 200)


def database_answers() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def schema_is_current() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are not applied; run: tuoke migrate" if waiting else ""


def sqlite_is_safe() -> str:
    """A version with the WAL-reset race is only safe in journal mode DELETE (docs/adr/0002)."""
    if connection.vendor != "sqlite" or sqlite.is_safe(sqlite.current_version()):
        return ""
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    version = ".".join(map(str, sqlite.current_version()))
    return f"SQLite {version} may lose rows in WAL mode" if mode == "wal" else ""


def data_dir_is_writable() -> str:
    probe = settings.DATA_DIR / ".probe"
    probe.touch()
    probe.unlink(missing_ok=True)
    return ""


def disk_has_room() -> str:
    free = free_megabytes()
    return f"only {free} MB are free in {settings.DATA_DIR}" if free < 200 else ""


def free_megabytes() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free // 2**20


CHECKS: dict[str, Callable[[], str]] = {
    "database": database_answers,
    "schema": schema_is_current,
    "sqlite": sqlite_is_safe,
    "data_dir": data_dir_is_writable,
    "disk": disk_has_room,
}


def run(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as problem:  # a health check reports whatever is wrong, it never fails itself
        return f"{type(problem).__name__}: {problem}"
