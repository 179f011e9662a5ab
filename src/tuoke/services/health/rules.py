"""Which SQLite may be trusted with several connections (docs/adr/0002)."""

from __future__ import annotations


def is_safe(version: tuple[int, ...]) -> bool:
    """Is this SQLite free of the WAL-reset race (fixed in 3.51.3, 3.50.7 and 3.44.6)?"""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where it is safe, else DELETE (slower, without the race)."""
    return "WAL" if is_safe(version) else "DELETE"
