"""What a version that something rests on is still worth (S5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ProofStanding(StrEnum):
    """The best first."""

    CURRENT = "current"
    REPLACED = "replaced"  # the item says something newer
    OUTDATED = "outdated"  # no longer valid, or its review is overdue, or somebody said so
    WITHDRAWN = "withdrawn"  # the item is no longer in use


@dataclass(frozen=True, slots=True)
class Held:
    """The dates of a version and its item by which it is judged."""

    number: int
    current_number: int
    is_retired: bool
    is_outdated: bool
    review_by: date | None
    valid_until: date | None


def standing(held: Held, *, today: date) -> ProofStanding:
    """The gravest of what applies. Valid until a day: on that day still."""
    if held.is_retired:
        return ProofStanding.WITHDRAWN
    if held.is_outdated or _passed(held.valid_until, today) or _passed(held.review_by, today):
        return ProofStanding.OUTDATED
    return ProofStanding.CURRENT if held.number == held.current_number else ProofStanding.REPLACED


def _passed(day: date | None, today: date) -> bool:
    return day is not None and day < today
