"""Put pysqlite3, which carries a newer SQLite, in place of the standard module. Settings import this first.

SQLite before 3.51.3 (but for 3.50.7 and 3.44.6) may lose committed rows when several connections
use write-ahead logging (the WAL-reset race); see docs/adr/0002.
"""

from __future__ import annotations

import importlib
import sqlite3
import sys


def use_newest() -> None:
    """Let Django find the newer of the two modules under the name ``sqlite3``."""
    try:
        carried = importlib.import_module("pysqlite3")
    except ImportError:  # no wheel for this platform: rules.journal_mode() then avoids the race
        return
    if carried.sqlite_version_info <= sqlite3.sqlite_version_info:
        return
    if "django.db.backends.sqlite3.base" in sys.modules:
        raise RuntimeError("Django already holds the standard sqlite3; import tuoke.config.sqlite first")
    sys.modules["sqlite3"] = carried
    sys.modules["sqlite3.dbapi2"] = carried.dbapi2


def version() -> tuple[int, ...]:
    return tuple(importlib.import_module("sqlite3").sqlite_version_info)


use_newest()
