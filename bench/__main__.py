"""Run every bench on SQLite and, where a server is found, on PostgreSQL, each in a database of its own.

``python -m bench`` takes some minutes and shows the ratios in small; ``--full`` is what goals are stated for (a million
leads: an hour and more). ``--only NAME`` for one of them. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.postgres import available, server

SMALL = {
    "pages": (),
    "call_desk": (),
    "day": (),
    "import_leads": ("10000",),
    "lead_lists": ("--leads", "50000", "--rounds", "3"),
    "rescore": ("10000",),
    "duplicates": ("30000",),
    "library": (),
    "effects": (),
    "gantt": (),
    "reviews": (),
    "publishing": ("2000",),
    "proposals": (),
    "papers": (),
    "portal": (),
}
FULL = {
    "pages": (),
    "call_desk": (),
    "day": (),
    "import_leads": ("100000", "--present", "1000000"),
    "lead_lists": ("--leads", "1000000"),
    "rescore": ("1000000",),
    "duplicates": ("1000000",),
    "library": (),
    "effects": ("--deals", "100000"),
    "gantt": (),
    "reviews": (),
    "publishing": ("10000",),
    "proposals": (),
    "papers": (),
    "portal": (),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", choices=SMALL, action="append")
    asked = parser.parse_args()
    benches = {name: words for name, words in (FULL if asked.full else SMALL).items() if name in (asked.only or SMALL)}
    worst = 0
    with tempfile.TemporaryDirectory() as home:
        worst |= run_all("SQLite", benches, f"sqlite:///{home}/base.sqlite3", _copied_file)
    if available():
        with server() as url:
            worst |= run_all("PostgreSQL", benches, url, _copied_database)
    else:
        print("PostgreSQL: left out, no server found")
    return worst


def run_all(name: str, benches: dict[str, tuple[str, ...]], base: str, copied: Callable[[str, str], str]) -> int:
    """The tables are made once, every bench has them to itself."""
    worst = run("tuoke.config.manage", ("migrate", "-v0"), base)
    for bench, words in benches.items():
        print(f"── {bench} on {name}", flush=True)
        began = time.perf_counter()
        worst |= run(f"bench.{bench}", words, copied(base, bench))
        print(f"   ({time.perf_counter() - began:.0f} s)", flush=True)
    return worst


def run(module: str, words: tuple[str, ...], url: str) -> int:
    with tempfile.TemporaryDirectory() as data:
        env = {**os.environ, "TUOKE_DATABASE_URL": url, "TUOKE_DATA_DIR": data}
        return subprocess.run([sys.executable, "-m", module, *words], env=env).returncode


def _copied_file(base: str, name: str) -> str:
    file = Path(base.removeprefix("sqlite:///"))
    return f"sqlite:///{shutil.copy(file, file.with_name(f'{name}.sqlite3'))}"


def _copied_database(base: str, name: str) -> str:
    import psycopg

    with psycopg.connect(base.replace("/postgres?", "/template1?"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE bench_{name} TEMPLATE postgres")
    return base.replace("/postgres?", f"/bench_{name}?")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server ends with its block
    sys.exit(main())
