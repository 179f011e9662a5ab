"""Killed in the middle and run again: every row exactly once. Real processes on a database file of their own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tuoke.services.exchange.writing import write_table

ROWS = 6000
START = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tuoke.config.settings"
django.setup()
import json
from tuoke.base.accounts.rules import system
from tuoke.steps.leads.imports.actions import import_leads
print(json.dumps(import_leads(sys.argv[1], by=system("test")).as_json()))
"""


@pytest.fixture
def home(tmp_path, installed):
    own = {"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "tuoke.config.settings"}
    installed(tmp_path)
    return {**os.environ, **own}


def figures(home, sql):
    with sqlite3.connect(f"file:{home['TUOKE_DATA_DIR']}/tuoke.sqlite3?mode=ro", uri=True, timeout=30) as database:
        return database.execute(sql).fetchall()


def count(home):
    return figures(home, "SELECT count(*) FROM customers_lead")[0][0]


@pytest.mark.parametrize("after", [500, 2500])
def test_every_row_exactly_once(home, tmp_path, after):
    path = tmp_path / "leads.xlsx"
    rows = ((f"第{n}号公司", f"项目{n}", f"1380{n:07d}") for n in range(ROWS))
    write_table(path, headers=("公司名称", "项目名称", "手机"), rows=rows)

    first = subprocess.Popen([sys.executable, "-c", START, str(path)], env=home, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while count(home) < after and first.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    stored = count(home)
    assert 0 < stored < ROWS, "killed in the middle"
    assert figures(home, "SELECT next_row FROM imports_leadimport") == [(stored + 1,)], "the mark moves with the rows"

    done = subprocess.run(
        [sys.executable, "-c", START, str(path)], env=home, capture_output=True, timeout=120, check=True
    )
    result = json.loads(done.stdout)
    assert (result["rows"], result["created"], result["skipped"], result["rejected"]) == (ROWS, ROWS, 0, 0)
    assert count(home) == ROWS
    assert figures(home, "SELECT count(DISTINCT want) FROM customers_lead") == [(ROWS,)]
    assert figures(home, "SELECT count(*) FROM imports_rowseen") == [(ROWS,)]
    assert figures(home, "SELECT count(*) FROM records_event WHERE kind = 'leads.imported'") == [(ROWS,)]
    assert figures(home, "SELECT count(*), min(status) FROM imports_leadimport") == [(1, "done")]

    again = subprocess.run(
        [sys.executable, "-c", START, str(path)], env=home, capture_output=True, timeout=120, check=True
    )
    assert json.loads(again.stdout)["skipped"] == ROWS
    assert count(home) == ROWS


def test_a_killed_worker_goes_on_by_itself(home, tmp_path):
    """The import is in the queue; its worker is killed in the middle; the next worker finishes it."""
    path = tmp_path / "leads.xlsx"
    rows = ((f"第{n}号公司", f"项目{n}") for n in range(ROWS))
    write_table(path, headers=("公司名称", "项目名称"), rows=rows)
    subprocess.run([sys.executable, "-c", QUEUE, str(path)], env=home, check=True, timeout=60)

    first = work(home)
    wait(lambda: count(home) >= 500)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert 0 < count(home) < ROWS

    second = work(home)
    try:
        wait(lambda: figures(home, "SELECT status FROM imports_leadimport") == [("done",)])
    finally:
        second.terminate()
        second.wait(30)
    assert count(home) == ROWS
    assert figures(home, "SELECT count(DISTINCT want) FROM customers_lead") == [(ROWS,)]
    ((counters,),) = figures(home, "SELECT counters FROM imports_leadimport")
    assert json.loads(counters)["created"] == ROWS


QUEUE = """
import os, sys, django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pathlib import Path
from tuoke.base.accounts.models import RoleHeld, User
from tuoke.base.accounts.queries import principal_of
from tuoke.steps.leads.imports import actions
user = User.objects.create_user("rep", name="rep")
RoleHeld.objects.create(user=user, role="rep")
by, now = principal_of(user), timezone.now()
one = actions.upload(file=SimpleUploadedFile("leads.xlsx", Path(sys.argv[1]).read_bytes()), by=by, now=now)
actions.set_mapping(lead_import=one, mapping=one.columns, options=actions.Options(), by=by, now=now)
actions.SMALL = 10**9
actions.check(lead_import=one, by=by, clock=timezone.now)
actions.start(lead_import=one, by=by, now=now)
"""


def work(home):
    return subprocess.Popen([sys.executable, "-m", "tuoke.services.jobs.work"], env=home, stderr=subprocess.DEVNULL)


def wait(what, seconds=90):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)
