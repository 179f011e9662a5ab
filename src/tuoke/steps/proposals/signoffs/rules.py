"""The technical sign-off: what exactly was found feasible, and whether that is still what we say (S5.1, P4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from tuoke.base.kernel.verdict import YES, Verdict, no

OPEN_FOR = timedelta(days=14)
"""So long a colleague has for his answer."""


class SignState(StrEnum):
    ASKED = "asked"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by us, or nobody answered in time


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of what we promise: solution, plan or service."""

    part: str
    title: str
    text: str


def seal(passages: Iterable[Passage]) -> str:
    """The fingerprint of what is signed: another word, and it has to be signed again."""
    said = [[passage.part, passage.title, passage.text] for passage in passages]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def may_be_asked(*, passages: tuple[Passage, ...], is_waiting: bool, is_signed: bool) -> Verdict:
    """Refused: nothing_to_sign (no solution is written), already_waiting, already_signed (these very words)."""
    verdict = YES if any(passage.text.strip() for passage in passages) else no("nothing_to_sign")
    if is_waiting:
        verdict &= no("already_waiting")
    return verdict & (no("already_signed") if is_signed else YES)
