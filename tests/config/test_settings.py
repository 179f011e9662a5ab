from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from django.db import connection

from tuoke.config import env
from tuoke.services.health import queries as health
from tuoke.services.health import rules


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 1), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_which_sqlite_is_free_of_the_wal_reset_race(version, safe):
    assert rules.is_safe(version) is safe


@pytest.mark.django_db
def test_every_sqlite_connection_is_set_up_to_lose_nothing():
    if connection.vendor != "sqlite":
        pytest.skip("a rule of SQLite")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert cursor.execute("PRAGMA foreign_keys").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TUOKE_DATABASE_URL", "mysql://x/y", "TUOKE_DATABASE_URL"),
        ("TUOKE_DATABASE_URL", "nonsense", "TUOKE_DATABASE_URL"),
        ("TUOKE_TIME_ZONE", "Mars/Olympus", "TUOKE_TIME_ZONE"),
        ("TUOKE_TRUSTED_PROXIES", "all", "TUOKE_TRUSTED_PROXIES"),
        ("TUOKE_LANGUAGE", "klingon", "TUOKE_LANGUAGE"),
        ("TUOKE_SECRET_KEY", "short", "TUOKE_SECRET_KEY"),
        ("TUOKE_DEBUG", "maybe", "TUOKE_DEBUG"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_clear_line(tmp_path, name, value, said):
    result = subprocess.run(
        [sys.executable, "-m", "tuoke.doors.cli.main", "doctor"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tuoke.config.settings",
            "TUOKE_DATA_DIR": str(tmp_path),
            name: value,
        },
    )
    assert result.returncode == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path, monkeypatch):
    monkeypatch.delenv("TUOKE_SECRET_KEY", raising=False)
    key = env.secret_key(tmp_path)
    assert len(key) > 40
    assert env.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.django_db
def test_health_says_ok(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "wrong": {}}


@pytest.mark.django_db
def test_health_names_what_is_wrong(client, monkeypatch):
    monkeypatch.setitem(health.CHECKS, "disk", lambda: "only 3 MB are free")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["wrong"] == {"disk": "only 3 MB are free"}


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
