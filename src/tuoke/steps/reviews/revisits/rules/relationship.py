"""单次合作 → 重复合作 → 长期伙伴 (S8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

REPEAT_WON = 2
PARTNER_WON = 3
PARTNER_AFTER = timedelta(days=2 * 365)
PARTNER_SCORE = Decimal(8)
SCORES_OF = timedelta(days=365)
"""Satisfaction counts for so long: what he said two years ago says nothing about today."""


class Level(StrEnum):
    SINGLE = "single"
    REPEAT = "repeat"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Cooperation:
    """What a customer has bought and how satisfied he was of late (``score``: the mean of SCORES_OF, None unknown)."""

    won: int
    first_won_on: date | None = None
    score: Decimal | None = None


def level_of(known: Cooperation, *, today: date) -> Level | None:
    """None: he never bought. A partner bought three times, or twice over two years and is satisfied."""
    if known.won >= PARTNER_WON or _has_lasted(known, today=today):
        return Level.PARTNER
    if known.won >= REPEAT_WON:
        return Level.REPEAT
    return Level.SINGLE if known.won else None


def repeat_rate(*, customers: int, repeated: int) -> Decimal | None:
    """Of those who bought, how many bought again, in per cent; None where nobody bought."""
    return (Decimal(100) * repeated / customers).quantize(Decimal("0.1")) if customers else None


def _has_lasted(known: Cooperation, *, today: date) -> bool:
    if known.won < REPEAT_WON or known.first_won_on is None or known.score is None:
        return False
    return today - known.first_won_on >= PARTNER_AFTER and known.score >= PARTNER_SCORE
