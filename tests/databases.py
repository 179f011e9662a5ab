"""One migration for all workers of a run: whoever needs the database first makes it, and a copy for each of the others.

So for installations of their own: tests with processes begin with a copy of one migrated file.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


def migrate_once(*, place: Path, worker: str, others: list[str]) -> None:
    """Connect ``worker`` to its database; ``place`` is a directory that the workers of this run share with nobody."""
    copy, done = place / "migrated.sqlite3", place / "migrated"
    with _alone(place):
        if done.exists():
            _take(copy)
            return
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _copy_for_others(worker, others, copy)
        done.touch()


def migrated_file(place: Path) -> Path:
    """An SQLite file as a migration leaves it, to be copied: the workers' own, else one made here and kept in ``place``."""
    of_workers, file = place / "migrated.sqlite3", place / "installation.sqlite3"
    with _alone(place):
        if of_workers.exists():
            return of_workers
        if not file.exists():
            own = {"TUOKE_DATA_DIR": str(place), "TUOKE_DATABASE_URL": f"sqlite:///{file}.new"}
            own["DJANGO_SETTINGS_MODULE"] = "tuoke.config.settings"
            command = [sys.executable, "-m", "tuoke.config.manage", "migrate", "-v0"]
            subprocess.run(command, env={**os.environ, **own}, check=True, timeout=300)
            Path(f"{file}.new").rename(file)
    return file


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "migrating").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy_for_others(worker: str, others: list[str], copy: Path) -> None:
    made = connection.settings_dict["NAME"]
    connection.close()  # PostgreSQL copies only what nobody is connected to; SQLite empties its journal
    if connection.vendor == "sqlite":
        shutil.copyfile(made, copy)
        return
    quoted = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        for other in others:
            name = quoted(made.removesuffix(worker) + other)
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {quoted(made)}")


def _take(copy: Path) -> None:
    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        shutil.copyfile(copy, name)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
