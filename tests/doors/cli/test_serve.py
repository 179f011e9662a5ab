"""``tuoke serve`` as a real process on a free port, with a database file of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

START = """
import argparse, os, sys, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()
from tuoke.doors.cli import refusal, serve
parser = argparse.ArgumentParser()
serve.add(parser.add_subparsers())
arguments = parser.parse_args()
try:
    sys.exit(arguments.func(arguments))
except refusal.Unusable as problem:
    sys.exit(f"tuoke: {problem}")
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory, installed):
    """A data directory with a migrated SQLite file."""
    home = tmp_path_factory.mktemp("serve")
    own = {"TUOKE_DATA_DIR": str(home), "TUOKE_DATABASE_URL": "", "TUOKE_DEBUG": "1"}
    installed(home)
    return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "tuoke.config.settings"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(environment, port, log: Path):
    command = [sys.executable, "-c", START, "serve", "--port", str(port), "--workers", "1"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        wait_for(lambda: health(port) is not None, log)
        yield process
    finally:
        process.kill()
        process.wait()


def health(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return json.load(answer)
    except (OSError, urllib.error.URLError):
        return None


def children_of(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


def alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_for(what, log: Path, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_it_answers_restarts_what_dies_and_stops_cleanly(home, tmp_path):
    port, log = free_port(), tmp_path / "log"
    with served(home, port, log) as parent:
        assert health(port) == {"ok": True, "wrong": {}}
        wait_for(lambda: f"http://127.0.0.1:{port}/" in log.read_text(), log)
        web, worker = children_of(parent.pid)

        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: len(children_of(parent.pid)) == 2 and worker not in children_of(parent.pid), log)

        parent.send_signal(signal.SIGINT)
        assert parent.wait(30) == 0
        assert not alive(web)
        assert health(port) is None
    assert log.read_text().rstrip().endswith("stopped")


def test_the_children_end_when_the_parent_is_killed(home, tmp_path):
    port, log = free_port(), tmp_path / "log"
    with served(home, port, log) as parent:
        wait_for(lambda: len(children_of(parent.pid)) == 2, log)
        children = children_of(parent.pid)
        children += [pid for child in children for pid in children_of(child)]
        parent.kill()
        parent.wait()
        wait_for(lambda: not any(map(alive, children)), log)
        assert health(port) is None


def test_a_port_in_use_is_refused_with_one_line(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-c", START, "serve", "--port", str(port)]
        refused = subprocess.run(command, env=home, capture_output=True, text=True, timeout=60)
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert refused.stderr == f"tuoke: 127.0.0.1:{port} is in use by another program; choose another with --port\n"
