"""``make drill``: one import, its server, worker and parser killed with -9 at random moments until it is through; every
row exactly once, and what each of them needed in memory.

300,000 rows on SQLite, a fifth of them on PostgreSQL where a server is found. ``TUOKE_DRILL_ROWS`` scales it, the seed is
printed and ``TUOKE_DRILL_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.import_leads import HEADERS, made
from tests.postgres import available, server
from tuoke.services.exchange.writing import write_table

pytestmark = pytest.mark.drill
ROWS = int(os.environ.get("TUOKE_DRILL_ROWS", "300000"))
KILLS = int(os.environ.get("TUOKE_DRILL_KILLS", "12"))
MOST = {"server": 300, "worker": 300, "parser": 1024}
"""Megabytes that each may need."""
PATIENCE = 1800
COLUMNS = (0, 1, 2, 3, 4, 5, 7, 8, 9, 10)
"""Ten, the project among them: it tells two leads of one company apart."""

QUEUE = """
import sys, django
django.setup()
from pathlib import Path
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tuoke.base.accounts.models import RoleHeld, User
from tuoke.base.accounts.queries import principal_of
from tuoke.steps.leads.imports import actions
from tuoke.steps.leads.imports.rules.runs import Status
user = User.objects.create_user("rep", name="rep")
RoleHeld.objects.create(user=user, role="rep")
by, now = principal_of(user), timezone.now()
one = actions.upload(file=SimpleUploadedFile("leads.xlsx", Path(sys.argv[1]).read_bytes()), by=by, now=now)
one = actions.set_mapping(lead_import=one, mapping=one.columns, options=actions.Options(), by=by, now=now)
one.status = Status.CHECKED  # the check is the same code without the writing
one.save()
actions.start(lead_import=one, by=by, now=now)
"""
LOOK = """
import json, django
django.setup()
from tuoke.base.accounts.queries import principal_of
from django.utils import timezone
from tuoke.steps.leads.imports import actions
from tuoke.steps.leads.imports.models import LeadImport
one = LeadImport.objects.get()
if one.status == "failed" and one.is_resumable:
    actions.resume(lead_import=one, by=principal_of(one.by), now=timezone.now())
from tuoke.spine.customers.models import Lead
print(json.dumps([one.status, one.next_row, Lead.objects.count()]))
"""
COUNT = """
import json, django
django.setup()
from django.db.models import Count
from tuoke.base.records.models import Event
from tuoke.spine.customers.models import Lead, ScoreEntry
from tuoke.steps.leads.imports.models import LeadImport, RowSeen
one = LeadImport.objects.get()
print(json.dumps({
    "status": one.status, "counters": one.counters, "leads": Lead.objects.count(),
    "different": Lead.objects.values("company", "want").distinct().count(), "seen": RowSeen.objects.count(),
    "events": Event.objects.filter(kind="leads.imported").count(), "scores": ScoreEntry.objects.count(),
}))
"""


@contextmanager
def database(kind):
    if kind == "sqlite":
        yield ""
        return
    if not available():
        pytest.skip("no PostgreSQL server found")
    with server() as url:
        yield url


@pytest.mark.parametrize(("kind", "rows"), [("sqlite", ROWS), ("postgresql", ROWS // 5)])
def test_kills_lose_and_double_nothing(kind, rows, tmp_path):
    seed = int(os.environ.get("TUOKE_DRILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"{kind}: {rows} rows, seed {seed}")
    with database(kind) as url:
        drill = Drill(tmp_path, url, random.Random(seed))
        drill.queue(rows)
        started = time.monotonic()
        drill.run()
        seconds = time.monotonic() - started
        found = drill.ask(COUNT)
    print(f"killed {drill.killed}, stored after each kill: {drill.stored}; {seconds:.0f} s")
    print(f"memory, MB at most: {drill.peak}")
    assert sum(drill.killed.values()) >= min(3, KILLS), "too few rows to be hit in the middle"
    assert drill.stored == sorted(drill.stored), "what is stored stays stored"
    assert found["status"] == "done"
    assert found["counters"]["created"] == rows
    assert {found[name] for name in ("leads", "different", "seen", "events", "scores")} == {rows}
    assert all(drill.peak[name] <= most for name, most in MOST.items()), drill.peak


class Drill:
    """A server with its worker, started again whenever it is gone."""

    def __init__(self, home, url, rng):
        self.home, self.rng = home, rng
        own = {
            "TUOKE_DATA_DIR": str(home),
            "TUOKE_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tuoke.config.settings",
        }
        self.env = {**os.environ, **own}
        self.serving = None
        self.killed = dict.fromkeys(MOST, 0)
        self.peak = dict.fromkeys(MOST, 0)
        self.stored = []

    def queue(self, rows):
        self.rows = rows
        subprocess.run(
            [sys.executable, "-m", "tuoke.config.manage", "migrate", "-v0"], env=self.env, check=True, timeout=300
        )
        path = self.home / "leads.xlsx"
        write_table(path, headers=[HEADERS[n] for n in COLUMNS], rows=([row[n] for n in COLUMNS] for row in made(rows)))
        subprocess.run([sys.executable, "-c", QUEUE, str(path)], env=self.env, check=True, timeout=300)

    def run(self):
        end = time.monotonic() + PATIENCE
        pace = max(0.5, min(8.0, self.rows / 30_000))  # seconds between two kills
        next_kill = time.monotonic() + self.rng.uniform(pace, 2 * pace)
        try:
            while True:
                assert time.monotonic() < end, "it takes too long"
                if self.serving is None or self.serving.poll() is not None:
                    self.serve()
                time.sleep(0.1)
                processes = self.watch()
                if time.monotonic() < next_kill:
                    continue
                status, _mark, leads = self.ask(LOOK)
                if status == "done":
                    return
                if set(processes) != set(MOST):
                    continue  # not yet in the middle of it
                if sum(self.killed.values()) < KILLS and self.kill(processes):
                    self.stored.append(leads)
                next_kill = time.monotonic() + self.rng.uniform(pace, 2 * pace)
        finally:
            self.stop()

    def serve(self):
        words = ["-m", "tuoke.doors.cli.main", "serve", "--port", "18731"]
        self.serving = subprocess.Popen(
            [sys.executable, *words], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self):
        if self.serving is not None and self.serving.poll() is None:
            self.serving.terminate()
            self.serving.wait(60)

    def watch(self):
        """Who runs, by what it is; remembers the most memory each has needed."""
        found = {}
        for pid in _descendants(self.serving.pid):
            about = _read(pid, "cmdline")
            if "exchange.child" in about:
                name = "parser"
            elif "jobs.work" in about or "jobs_worker" in about:
                name = "worker"
            else:
                name = "server"
            found.setdefault(name, []).append(pid)
            high = _read(pid, "status").partition("VmHWM:")[2].split()
            if high:
                self.peak[name] = max(self.peak[name], int(high[0]) // 1024)
        return found

    def kill(self, processes):
        """One of them, wherever it stands; the server with all that it has started, as a power cut would."""
        name = min(sorted(processes), key=lambda one: (self.killed[one], self.rng.random()))  # each in its turn
        victims = [pid for pids in processes.values() for pid in pids] if name == "server" else processes[name]
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.killed[name] += 1
        return True

    def ask(self, source):
        import json

        done = subprocess.run(
            [sys.executable, "-c", source], env=self.env, capture_output=True, check=True, timeout=120
        )
        return json.loads(done.stdout)


def _descendants(pid):
    yield pid
    for child in _read(pid, f"task/{pid}/children").split():
        yield from _descendants(int(child))


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_text().replace("\0", " ")
    except OSError:
        return ""
