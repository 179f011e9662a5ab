"""What is wrong with this installation, if anything: each check answers with one line, empty when all is well."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tuoke.services.health import rules


def findings() -> dict[str, str]:
    """What is wrong, by check; empty when the installation can work."""
    return {name: problem for name, check in CHECKS.items() if (problem := _run(check))}


def database() -> str:
    """Which database this is, in words."""
    if connection.vendor == "sqlite":
        return f"SQLite {'.'.join(map(str, sqlite_version()))}, journal {rules.journal_mode(sqlite_version())}"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0]}"
    except DatabaseError as problem:  # the report says it, the checks name it
        return f"PostgreSQL, not reached: {problem}"


def sqlite_version() -> tuple[int, ...]:
    return tuple(importlib.import_module("sqlite3").sqlite_version_info)


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
    if connection.vendor != "sqlite" or rules.is_safe(sqlite_version()):
        return ""
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    version = ".".join(map(str, sqlite_version()))
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


def _run(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as problem:  # a health check reports whatever is wrong, it never fails itself
        return f"{type(problem).__name__}: {problem}"
