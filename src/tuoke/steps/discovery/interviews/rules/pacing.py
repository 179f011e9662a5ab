"""What one would do otherwise next time: soft hints after an interview, never a block (pacing, S4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews.rules.coverage import Meter

LONG_MINUTES = 90
OPENING = 2
"""The first answers of an interview: too early for who decides and what it may cost."""
MONEY = ("预算", "价格", "报价", "多少钱", "费用", "付款")


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, in the order in which they were given."""

    dimension: str
    question: str
    own_words: bool


def hints(meter: Meter, heard: Sequence[Heard], *, minutes: int | None) -> tuple[Reason, ...]:
    """Codes: took_long, dimension_missed (one each), no_own_words, decision_first, nothing_heard."""
    if not heard:
        return (Reason("nothing_heard"),)
    found = []
    if minutes is not None and minutes > LONG_MINUTES:
        found.append(Reason("took_long", {"minutes": minutes, "limit": LONG_MINUTES}))
    if any(_is_early(one) for one in heard[:OPENING]) and len(heard) > OPENING:
        found.append(Reason("decision_first"))
    if not any(one.own_words for one in heard):
        found.append(Reason("no_own_words"))
    return (*found, *(Reason("dimension_missed", {"dimension": one.value}) for one in meter.missing))


def _is_early(heard: Heard) -> bool:
    return heard.dimension == Dimension.DECISION or any(word in heard.question for word in MONEY)
