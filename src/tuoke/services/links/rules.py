"""What a private link is: its token, how long it lives, who only peeks. Plain Python."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=181)
"""A link lives 1 to 180 days; the day on which it ends counts whole."""
DAYS_LEAST, DAYS_MOST, DAYS_USUAL = 1, 180, 14

TRIES_MOST = 5
LOCKED_FOR, LOCKED_MOST = timedelta(hours=1), timedelta(days=7)
"""After so many wrong answers nobody is let in for so long; twice as long each time after, at most a week."""
SAME_VISIT = timedelta(minutes=5)
"""Who comes back within this time, from the same address with the same browser, is still there."""
VISITS_KEPT = 200
"""So many visits of one link are kept one by one; later ones are only counted."""

RECIPIENT_LIMIT, TITLE_LIMIT, AGENT_LIMIT, IP_LIMIT = 80, 60, 200, 45

_SIGNED = 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ROBOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|telegram|skype|slack|discord|embedly|"
    r"curl|wget|python|java/|go-http|okhttp|headless|scan|monitor|safelinks|mail\.ru|bytespider|dingtalkbot",
    re.IGNORECASE,
)


class Why(StrEnum):
    """Why a link opens nothing."""

    FORGED = "forged"  # no link of ours, or not as we made it
    EXPIRED = "expired"
    REVOKED = "revoked"


class State(StrEnum):
    """What the maker of a link sees of it."""

    WAITING = "waiting"  # sent, not opened yet
    OPENED = "opened"
    EXPIRED = "expired"
    REVOKED = "revoked"


def token_of(public_id: UUID, *, key: bytes) -> str:
    """43 letters for an address. Only who has ``key`` can make it: the id alone opens nothing."""
    return urlsafe_b64encode(public_id.bytes + _signature(public_id, key)).rstrip(b"=").decode()


def id_in(token: str, *, keys: Iterable[bytes]) -> UUID | None:
    """The id that a token of ours names; None for anything else. Older keys are tried after the present one."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        said = urlsafe_b64decode(token + "=")
    except NotBase64:
        return None
    public_id = UUID(bytes=said[:16])
    is_ours = any(hmac.compare_digest(token, token_of(public_id, key=key)) for key in keys)
    return public_id if is_ours else None


def answer_digest(public_id: UUID, answer: str, *, key: bytes) -> str:
    """What is kept of the answer to a challenge: worth nothing without ``key``, although it has only four digits."""
    return hmac.new(key, public_id.bytes + answer.encode("utf-8", "replace"), sha256).hexdigest()


def problem(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> Why | None:
    """Revoked counts before expired: somebody has decided so."""
    if revoked_at is not None:
        return Why.REVOKED
    return Why.EXPIRED if now >= expires_at else None


def state(*, expires_at: datetime, revoked_at: datetime | None, opened_at: datetime | None, now: datetime) -> State:
    if why := problem(expires_at=expires_at, revoked_at=revoked_at, now=now):
        return State(why.value)
    return State.OPENED if opened_at else State.WAITING


def last_digits(phone: str) -> str:
    """What is asked for as a challenge: the last four digits; empty where there are fewer."""
    digits = re.sub(r"\D", "", phone)
    return digits[-4:] if len(digits) >= 4 else ""


def lock_after(tries: int) -> timedelta | None:
    """How long the challenge is locked after so many wrong answers in all; None where one may go on trying.

    Four digits are ten thousand answers: at five an hour a patient guesser would find them within a link's life.
    """
    if tries % TRIES_MOST:
        return None
    doubled: int = 2 ** min(tries // TRIES_MOST - 1, 10)
    return min(LOCKED_FOR * doubled, LOCKED_MOST)


def is_robot(agent: str) -> bool:
    """A messenger drawing a preview, a mail filter following links: it hasn't opened anything."""
    return not agent.strip() or _ROBOTS.search(agent) is not None


def _signature(public_id: UUID, key: bytes) -> bytes:
    return hmac.new(key, public_id.bytes, sha256).digest()[:_SIGNED]
