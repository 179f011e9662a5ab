"""``make drill``: a rescoring of 20,000 leads, killed with -9 at random moments until it is through; every lead has the
score of the new version, and one line of history for it.

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
LEADS = 20_000
GROW = (
    f"from bench import rescore; rescore.grow({LEADS}); rescore.rescored(); rescore.tidy(); rescore.weigh_otherwise(40)"
)
BEGIN = """
from django.utils import timezone
from tuoke.steps.leads.actions import begin_rescoring
begin_rescoring(reason="drill", now=timezone.now())
"""
CARRY_ON = """
from django.utils import timezone
from tuoke.base.accounts.rules import system
from tuoke.steps.leads.actions import carry_on
from tuoke.steps.leads.models import Rescoring
carry_on(run=Rescoring.objects.unfinished().get(), by=system("drill"), now=timezone.now(), chunk=500)
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
    assert python(home, BEGIN).wait(60) == 0

    stood, kills = [0], 0
    while True:
        running = python(home, CARRY_ON)
        goal, end = stood[-1] + rng.randrange(3000), time.monotonic() + 120
        while running.poll() is None and time.monotonic() < end:
            if figures(home, "SELECT done FROM leads_rescoring")[0][0] >= goal:
                break
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.2))
        if running.poll() is not None:
            assert running.returncode == 0
            break
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        kills += 1
        [(done,)] = figures(home, "SELECT done FROM leads_rescoring")
        assert done == figures(home, "SELECT count(*) FROM customers_lead WHERE scored_number = 2")[0][0]
        stood.append(done)
    print(f"{kills} kills, stood after each: {stood}")
    assert kills >= 3
    assert figures(home, "SELECT DISTINCT scored_number FROM customers_lead") == [(2,)]
    told = "SELECT count(*), count(DISTINCT lead_id) FROM customers_scoreentry"
    [(lines, leads)] = figures(home, told)
    assert lines == leads  # nobody twice
    [(wrong,)] = figures(
        home,
        "SELECT count(*) FROM customers_scoreentry e JOIN customers_lead l ON l.id = e.lead_id WHERE e.total <> l.score",
    )
    assert wrong == 0
    assert figures(home, "PRAGMA integrity_check") == [("ok",)]
