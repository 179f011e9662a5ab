"""How often an item was used and what came of it (S3.2), and whether that is enough to say that one is better."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

CONFIDENCE = 0.95
FEW = 10
"""Below so many uses nothing is said about a share."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Used so often, gained a next meeting so often; ``low`` and ``high`` bound the share (95 %, Wilson)."""

    used: int = 0
    gained: int = 0
    low: float = 0.0
    high: float = 1.0

    @property
    def share(self) -> float:
        return self.gained / self.used if self.used else 0.0

    @property
    def is_thin(self) -> bool:
        return self.used < FEW


class Telling(StrEnum):
    """What the data say about the variants of a family."""

    NOTHING = "nothing"  # none was ever used
    THIN = "thin"  # some have too few uses
    ALIKE = "alike"  # the intervals overlap
    CLEAR = "clear"  # the best one's interval lies above all others'


def effect(*, used: int, gained: int) -> Effect:
    """With the 95 % interval. ``gained`` is at most ``used``."""
    return Effect(used, gained, *interval(gained, used))


def interval(gained: int, used: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Where a share lies (E. B. Wilson, JASA 22 (1927) 209-212); anywhere while there is no case."""
    if not used:
        return 0.0, 1.0
    z, p = NormalDist().inv_cdf((1 + confidence) / 2), gained / used
    centre = (p + z * z / (2 * used)) / (1 + z * z / used)
    half = z / (1 + z * z / used) * math.sqrt(p * (1 - p) / used + z * z / (4 * used * used))
    return max(0.0, centre - half), min(1.0, centre + half)


def telling(effects: Iterable[Effect]) -> Telling:
    """Can one variant be called the better? Not before all were used often enough and the intervals part."""
    found = sorted(effects, key=lambda one: one.share, reverse=True)
    if not any(one.used for one in found):
        return Telling.NOTHING
    if len(found) < 2 or any(one.is_thin for one in found):
        return Telling.THIN
    best, others = found[0], found[1:]
    return Telling.CLEAR if best.low > max(one.high for one in others) else Telling.ALIKE
