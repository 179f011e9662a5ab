"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal
from tuoke.services.files.rules import USUAL


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject stands: its page, and the timelines (``records.models.key_of``) on which its files show."""

    url: str
    title: str = ""
    thread: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What files of one kind belong to. ``may_read`` and ``may_write`` take who asks and the subject's key, and answer no
    for a subject that isn't there; ``place_of`` is asked only after one of them has said yes. ``endings``: what is taken.
    ``section``: of the history, where not everybody reads it."""

    title: StrOrPromise
    may_read: Callable[[Principal, str], bool]
    may_write: Callable[[Principal, str], bool]
    place_of: Callable[[str], Place]
    endings: frozenset[str] = USUAL
    section: str = ""


# By ``File.kind``. Files of a kind that isn't named here are nobody's: none are taken in, none are served.
kinds: dict[str, Kind] = {}
