"""Take a backup, bring one back (E4). Each file carries a digest of what is in it; a flipped byte is refused."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tuoke.base.kernel.verdict import Refused, no

MANIFEST = "manifest.json"
FILES = "files"
SECRET = "secret_key"  # noqa: S105  # the name of a file


def take(*, folder: Path, now: datetime) -> Path:
    """Write a consistent copy into ``folder`` (mode 0600) and return it. Raises Refused: no_folder, no_pg_dump, dump_failed."""
    if not folder.is_dir():
        raise Refused(no("no_folder", folder=str(folder)))
    target = folder / f"tuoke-{now:%Y%m%d-%H%M%S}.tar.gz"
    with _room() as room:
        dump = room / _dump_name()
        _dump_sqlite(dump) if connection.vendor == "sqlite" else _dump_postgres(dump)
        uploads = Path(settings.MEDIA_ROOT)
        if uploads.is_dir():
            shutil.copytree(uploads, room / FILES)
        kept_key = settings.DATA_DIR / SECRET
        if kept_key.is_file():
            shutil.copy2(kept_key, room / SECRET)
        manifest = {"vendor": connection.vendor, "taken_at": now.isoformat(), "digests": _digests(room)}
        (room / MANIFEST).write_text(json.dumps(manifest))
        _pack(room, target)
    return target


def bring_back(*, file: Path) -> dict[str, Any]:
    """Put a backup into this installation, which must be empty. Returns its manifest.

    Raises Refused: not_a_backup, damaged, other_database, not_empty, no_pg_restore, restore_failed. Nothing is
    changed before everything in the file was found sound.
    """
    with _room() as room:
        manifest = _unpack(file, room)
        if manifest["vendor"] != connection.vendor:
            raise Refused(no("other_database", backup=manifest["vendor"], here=connection.vendor))
        if _has_people():
            raise Refused(no("not_empty"))
        dump = room / _dump_name()
        _load_sqlite(dump) if connection.vendor == "sqlite" else _load_postgres(dump)
        if (room / FILES).is_dir():
            shutil.copytree(room / FILES, settings.MEDIA_ROOT, dirs_exist_ok=True)
        if (room / SECRET).is_file():
            shutil.copy2(room / SECRET, settings.DATA_DIR / SECRET)
    return manifest


# SQLite: its own backup interface, page by page, beside running writers


def _dump_sqlite(target: Path) -> None:
    sqlite = importlib.import_module("sqlite3")
    connection.ensure_connection()
    with closing(sqlite.connect(target)) as copy:
        connection.connection.backup(copy)


def _load_sqlite(source: Path) -> None:
    sqlite = importlib.import_module("sqlite3")
    connection.ensure_connection()
    with closing(sqlite.connect(source)) as copy:
        copy.backup(connection.connection)


# PostgreSQL: its own tools


def _dump_postgres(target: Path) -> None:
    _run("pg_dump", ["--format=custom", f"--file={target}"], missing="no_pg_dump", failed="dump_failed")


def _load_postgres(source: Path) -> None:
    words = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction", str(source)]
    _run("pg_restore", words, missing="no_pg_restore", failed="restore_failed", database_option=True)


def _run(tool: str, words: list[str], *, missing: str, failed: str, database_option: bool = False) -> None:
    program = shutil.which(tool)
    if program is None:
        raise Refused(no(missing, tool=tool))
    at = connection.settings_dict
    names = {"PGHOST": at["HOST"] or at.get("OPTIONS", {}).get("host"), "PGPORT": at["PORT"], "PGUSER": at["USER"]}
    names |= {"PGPASSWORD": at["PASSWORD"], "PGDATABASE": at["NAME"]}
    env = {**os.environ, **{key: str(value) for key, value in names.items() if value}}
    connection.close()
    named = [f"--dbname={at['NAME']}"] if database_option else []
    done = subprocess.run([program, *named, *words], capture_output=True, text=True, env=env)  # noqa: S603  # own tool
    if done.returncode:
        raise Refused(no(failed, said=done.stderr.strip()[:300]))


# The packed file


@contextmanager
def _room() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as name:
        yield Path(name)


def _dump_name() -> str:
    return "database.sqlite3" if connection.vendor == "sqlite" else "database.dump"


def _digests(room: Path) -> dict[str, str]:
    found = sorted(path for path in room.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(room)): _digest(path) for path in found}


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _pack(room: Path, target: Path) -> None:
    half = target.with_suffix(".part")
    half.touch(mode=0o600)
    with tarfile.open(half, "w:gz", compresslevel=3) as packed:
        for path in sorted(room.iterdir()):
            packed.add(path, arcname=path.name)
    half.rename(target)


def _unpack(file: Path, room: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file, "r:gz") as packed:
            packed.extractall(room, filter="data")
        manifest: dict[str, Any] = json.loads((room / MANIFEST).read_text())
        digests = manifest["digests"]
    except (OSError, tarfile.TarError, zlib.error, ValueError, KeyError, EOFError) as problem:
        raise Refused(no("not_a_backup", said=str(problem))) from None
    if digests != _digests(room):
        raise Refused(no("damaged"))
    return manifest


def _has_people() -> bool:
    with connection.cursor() as cursor:
        if "accounts_user" not in connection.introspection.table_names(cursor):
            return False
        cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
        return cursor.fetchone() is not None
