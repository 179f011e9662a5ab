"""The environment, read once and refused with one clear line when a value is wrong."""

from __future__ import annotations

import os
import secrets
import zoneinfo
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

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


def trusted_proxies() -> int:
    """``TUOKE_TRUSTED_PROXIES``: behind how many proxies the client's own address stands in X-Forwarded-For."""
    value = os.environ.get("TUOKE_TRUSTED_PROXIES", "0")
    if not (value.isascii() and value.isdigit() and int(value) <= 9):
        raise ImproperlyConfigured(f"TUOKE_TRUSTED_PROXIES: must be a number from 0 to 9, not {value!r}")
    return int(value)


def flag(name: str) -> bool:
    value = os.environ.get(name, "0").lower()
    if value not in {"0", "1", "true", "false"}:
        raise ImproperlyConfigured(f"{name}: must be 0 or 1, not {value!r}")
    return value in {"1", "true"}


MAIL_URL = "TUOKE_MAIL_URL: must look like smtps://user:password@mail.example.com:465 or smtp://mail.example.com:25"
MAIL_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; an empty host means that none is sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False
    sender: str = ""


def mail() -> MailServer:
    """``TUOKE_MAIL_URL`` and ``TUOKE_MAIL_FROM``; without the first no mail is sent.

    ``smtps`` is TLS from the first byte. ``smtp`` goes over to TLS (STARTTLS) before a password is sent;
    ``?starttls=0`` or ``?starttls=1`` says otherwise. ``%40`` and the like stand for signs in a password.
    """
    given, sender = os.environ.get("TUOKE_MAIL_URL", ""), os.environ.get("TUOKE_MAIL_FROM", "")
    if not given:
        return MailServer()
    try:
        url, port = urlsplit(given), urlsplit(given).port
    except ValueError:
        raise ImproperlyConfigured(MAIL_URL) from None
    if url.scheme not in MAIL_PORTS or not url.hostname or url.path not in {"", "/"}:
        raise ImproperlyConfigured(MAIL_URL)
    _require_address(sender)
    is_tls = url.scheme == "smtps"
    return MailServer(
        host=url.hostname,
        port=port or (587 if url.username and not is_tls else MAIL_PORTS[url.scheme]),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        tls=is_tls,
        starttls=not is_tls and _starttls(url),
        sender=sender,
    )


def _starttls(url: SplitResult) -> bool:
    said = parse_qs(url.query, keep_blank_values=True)
    asked = said.pop("starttls", ["1" if url.username else "0"])[-1]
    if said or asked not in {"0", "1"}:
        raise ImproperlyConfigured("TUOKE_MAIL_URL: behind the ? only starttls=0 or starttls=1 is known")
    return asked == "1"


def _require_address(address: str) -> None:
    name, _, domain = parseaddr(address)[1].rpartition("@")
    if not name or "." not in domain or not address.isprintable() or not domain.isascii():
        raise ImproperlyConfigured(
            "TUOKE_MAIL_FROM: must be the address that mail comes from, like crm@example.com or 拓客 <crm@example.com>"
        )
