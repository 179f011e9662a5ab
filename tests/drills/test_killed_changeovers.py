"""``make drill``: 10,000 deals go over to another version, the worker killed with -9 at random moments until it is through;
every deal is on the new version, and its history says so once.

The seed is printed; ``TUOKE_DRILL_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.drill
DEALS = 10_000
GROW = f"from bench import publishing; publishing.grow({DEALS}); publishing.order()"
CARRY_ON = """
from django.utils import timezone
from tuoke.spine.deals.changeovers.actions import carry_on
from tuoke.spine.deals.changeovers.models import Changeover
carry_on(run=Changeover.objects.unfinished().get(), now=timezone.now, chunk=250)
"""


@pytest.fixture
def home(tmp_path):
    own = {"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "tuoke.config.settings"}
    return {**os.environ, **own}


def python(home, code):
    return subprocess.Popen([sys.executable, "-c", f"import django; django.setup(); {code}"], env=home)


def figures(home, sql):
    with sqlite3.connect(f"file:{home['TUOKE_DATA_DIR']}/tuoke.sqlite3?mode=ro", uri=True, timeout=30) as database:
        return database.execute(sql).fetchall()


def test_kills_lose_and_double_nothing(home):
    seed = int(os.environ.get("TUOKE_DRILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed}")
    rng = random.Random(seed)
    assert subprocess.call([sys.executable, "-m", "tuoke.doors.cli.main", "migrate"], env=home) == 0
    assert python(home, GROW).wait(900) == 0

    stood, kills = [0], 0
    while True:
        running = python(home, CARRY_ON)
        goal, end = stood[-1] + rng.randrange(2000), time.monotonic() + 120
        while running.poll() is None and time.monotonic() < end:
            if figures(home, "SELECT moved + refused FROM deals_changeover")[0][0] >= goal:
                break
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.1))
        if running.poll() is not None:
            assert running.returncode == 0
            break
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        kills += 1
        [(done,)] = figures(home, "SELECT moved FROM deals_changeover")
        assert (
            done == figures(home, "SELECT count(*) FROM deals_opportunity WHERE version_changed_at IS NOT NULL")[0][0]
        )
        stood.append(done)
    print(f"{kills} kills, stood after each: {stood}")
    assert kills >= 3
    assert figures(home, "SELECT moved, refused FROM deals_changeover") == [(DEALS, 0)]
    assert figures(home, "SELECT DISTINCT version FROM deals_opportunity") == [(2,)]  # each exactly once
    told = "SELECT count(*), count(DISTINCT subject) FROM records_event WHERE kind = 'deals.version_changed'"
    assert figures(home, told) == [(DEALS, DEALS)]
    assert figures(home, "SELECT count(*) FROM deals_opportunity WHERE step = 'discovery'") == [(0,)]
    assert figures(home, "PRAGMA integrity_check") == [("ok",)]
