"""What work costs, whatever else runs on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

ROUNDS = 9


def milliseconds(work: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    """The best of the rounds: processor time of this process and of the server process that serves it.

    Where the server's can't be read (another machine, another system) the clock on the wall is taken.
    """
    work()
    clock = processor()
    times = []
    for _ in range(rounds):
        began = clock()
        work()
        times.append((clock() - began) * 1000)
    return min(times)


def processor() -> Callable[[], float]:
    """A clock of the seconds worked. SQLite works in this process. PostgreSQL is told to work in one, so that no helper's time is left out."""
    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        spent = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    try:
        if "postgres" not in spent.with_name("comm").read_text():
            return time.perf_counter
        spent.read_text()
    except OSError:
        return time.perf_counter
    return lambda: time.process_time() + int(spent.read_text().split()[0]) / 1e9
