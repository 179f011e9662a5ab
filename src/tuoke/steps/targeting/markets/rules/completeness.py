"""Is a market analysed? What step 1's gate asks of an analysis."""

from __future__ import annotations

from collections.abc import Mapping

from tuoke.base.kernel.verdict import Reason
from tuoke.steps.targeting.markets.rules.statements import StatementKind

PARTS = (StatementKind.SIZE, StatementKind.GROWTH, StatementKind.UNMET)
"""Of each of these at least one statement; every statement has its source, else it couldn't be saved."""


def analysed(counts: Mapping[StatementKind, int]) -> int:
    """The fact ``market_analysed``: how many competitors are described, and 0 while another part is missing.

    ``counts``: statements of each kind, for competitors how many different ones.
    """
    whole = all(counts.get(kind) for kind in PARTS)
    return counts.get(StatementKind.COMPETITOR, 0) if whole else 0


def missing(counts: Mapping[StatementKind, int], *, competitors: int) -> tuple[Reason, ...]:
    """What an analysis still lacks. Codes: size_missing, growth_missing, unmet_missing, competitors_missing(actual, wanted)."""
    reasons = [Reason(f"{kind.value}_missing") for kind in PARTS if not counts.get(kind)]
    actual = counts.get(StatementKind.COMPETITOR, 0)
    if actual < competitors:
        reasons.append(Reason("competitors_missing", {"actual": actual, "wanted": competitors}))
    return tuple(reasons)
