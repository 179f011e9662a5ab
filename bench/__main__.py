"""Run every bench on SQLite and, where a server is found, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from tests.postgres import available, server

BENCHES = ("bench.pages", "bench.import_leads")


def main() -> int:
    worst = 0
    with tempfile.TemporaryDirectory() as home:
        worst |= run("SQLite", f"sqlite:///{home}/bench.sqlite3")
    if available():
        with server() as url:
            worst |= run("PostgreSQL", url)
    else:
        print("PostgreSQL: left out, no server found")
    return worst


def run(name: str, url: str) -> int:
    worst = 0
    for bench in BENCHES:
        print(f"── {bench} on {name}", flush=True)
        with tempfile.TemporaryDirectory() as data:
            env = {**os.environ, "TUOKE_DATABASE_URL": url, "TUOKE_DATA_DIR": data}
            worst |= subprocess.run([sys.executable, "-m", bench], env=env).returncode
    return worst


if __name__ == "__main__":
    sys.exit(main())
