"""The environment, read once and refused with one clear line when a value is wrong."""

from __future__ import annotations

import os
import secrets
import zoneinfo
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
SCHEMES = ("sqlite:", "postgres:", "postgresql:")
LANGUAGES = {"zh-hans", "zh-hant", "en"}


def data_dir() -> Path:
    """``TUOKE_DATA_DIR`` (default ``./var``), made if it is not there."""
    path = Path(os.environ.get("TUOKE_DATA_DIR", "var")).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(f"TUOKE_DATA_DIR: {path} cannot be used: {problem.strerror}") from None
    return path


def secret_key(home: Path) -> str:
    """``TUOKE_SECRET_KEY``, else a key made on first start and kept in the data directory (mode 0600)."""
    if given := os.environ.get("TUOKE_SECRET_KEY"):
        if len(given) < 32:
            raise ImproperlyConfigured("TUOKE_SECRET_KEY: must be at least 32 characters long")
        return given
    kept = home / "secret_key"
    try:
        with open(kept, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as fresh:
            fresh.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text().strip()


def database(home: Path) -> dict[str, Any]:
    """``TUOKE_DATABASE_URL``: ``sqlite:///<path>`` or ``postgres://…``."""
    url = os.environ.get("TUOKE_DATABASE_URL") or f"sqlite:///{home / 'tuoke.sqlite3'}"
    config: dict[str, Any] = environ.Env.db_url_config(url) if url.startswith(SCHEMES) else {}
    if config.get("ENGINE") not in ENGINES:
        raise ImproperlyConfigured("TUOKE_DATABASE_URL: must begin with sqlite:/// or postgres://")
    return config


def time_zone() -> str:
    name = os.environ.get("TUOKE_TIME_ZONE", "Asia/Shanghai")
    if name not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"TUOKE_TIME_ZONE: {name!r} is not a time zone; try Asia/Shanghai")
    return name


def language() -> str:
    code = os.environ.get("TUOKE_LANGUAGE", "zh-hans")
    if code not in LANGUAGES:
        raise ImproperlyConfigured(f"TUOKE_LANGUAGE: {code!r} is not one of {', '.join(sorted(LANGUAGES))}")
    return code


def flag(name: str) -> bool:
    value = os.environ.get(name, "0").lower()
    if value not in {"0", "1", "true", "false"}:
        raise ImproperlyConfigured(f"{name}: must be 0 or 1, not {value!r}")
    return value in {"1", "true"}
