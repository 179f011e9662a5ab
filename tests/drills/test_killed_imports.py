"""``make drill``: one import of 20,000 rows, killed with -9 at random moments until it is through; every row exactly once.

The seed is printed; ``TUOKE_DRILL_SEED`` repeats a run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tuoke.services.exchange.writing import write_table

pytestmark = pytest.mark.drill
ROWS = 20_000
KILLS = 20


@pytest.fixture
def home(tmp_path):
    own = {"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "tuoke.config.settings"}
    return {**os.environ, **own}


def tuoke(home, *words, **options):
    return subprocess.Popen([sys.executable, "-m", "tuoke.doors.cli.main", *words], env=home, **options)


def figures(home, sql):
    with sqlite3.connect(f"file:{home['TUOKE_DATA_DIR']}/tuoke.sqlite3?mode=ro", uri=True, timeout=30) as database:
        return database.execute(sql).fetchall()


def how_many(home):
    return figures(home, "SELECT count(*) FROM customers_lead")[0][0]


def test_twenty_kills_lose_and_double_nothing(home, tmp_path):
    seed = int(os.environ.get("TUOKE_DRILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed}")
    rng = random.Random(seed)
    assert tuoke(home, "migrate").wait(120) == 0
    path = tmp_path / "leads.xlsx"
    write_table(path, headers=("公司名称", "项目名称"), rows=((f"第{n}号公司", f"项目{n}") for n in range(ROWS)))

    stored, kills = [], 0
    while kills < KILLS:
        running = tuoke(home, "import", "leads", str(path), "--json", stdout=subprocess.PIPE)
        goal, end = (stored[-1] if stored else 0) + rng.randrange(1500), time.monotonic() + 60
        while how_many(home) < goal and running.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.3))
        if running.poll() is not None:
            break
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        kills += 1
        count = how_many(home)
        [(marked,)] = figures(home, "SELECT coalesce(max(next_row), 1) FROM imports_leadimport")
        assert count == max(0, marked - 1), "the mark moves with the rows"
        stored.append(count)
    print(f"{kills} kills, stored after each: {stored}")
    assert kills >= 3
    assert stored == sorted(stored)

    last = tuoke(home, "import", "leads", str(path), "--json", stdout=subprocess.PIPE)
    said = json.loads(last.communicate(timeout=300)[0])
    assert last.returncode == 0
    assert said["rejected"] == 0
    assert figures(home, "SELECT count(*), count(DISTINCT want) FROM customers_lead") == [(ROWS, ROWS)]
    assert figures(home, "SELECT count(*) FROM records_event WHERE kind = 'leads.imported'") == [(ROWS,)]
    assert figures(home, "PRAGMA integrity_check") == [("ok",)]
