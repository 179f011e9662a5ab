"""How another supplier stands in one deal (S1.1, S5.1). Plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.steps.discovery.decisions.rules import Standing

MOST_RIVALS = 8
"""In one deal: so many columns a comparison can still be read."""
MOST_LINES, LINE_LIMIT, TEXT_LIMIT, WHY_LIMIT = 12, 200, 1000, 200
MOST_PRICE = Decimal(10) ** 12


class Threat(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class RivalDraft:
    """What we know of him in this deal. Prices are yuan for the whole of it; an open end is None."""

    threat: Threat = Threat.UNKNOWN
    price_low: Decimal | None = None
    price_high: Decimal | None = None
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    our_difference: str = ""
    note: str = ""

    def faults(self) -> Verdict:
        """too_many_statements · too_long · text_broken · price_odd · price_crossed, each with its ``field``."""
        verdict = YES
        for field in ("strengths", "weaknesses"):
            statements = getattr(self, field)
            if len(statements) > MOST_LINES:
                verdict &= no("too_many_statements", field=field, most=MOST_LINES, count=len(statements))
            for statement in statements[:MOST_LINES]:
                verdict &= text_fault(statement, field=field, limit=LINE_LIMIT)
        for field in ("our_difference", "note"):
            verdict &= text_fault(getattr(self, field), field=field, limit=TEXT_LIMIT)
        known = [price for price in (self.price_low, self.price_high) if price is not None]
        if any(not price.is_finite() or not 0 <= price < MOST_PRICE for price in known):
            verdict &= no("price_odd", field="price")
        elif len(known) == 2 and known[0] > known[1]:  # both ends
            verdict &= no("price_crossed", field="price")
        return verdict


# The comparison


class Place(StrEnum):
    """Where we stand beside one rival by one criterion."""

    AHEAD = "ahead"
    EVEN = "even"
    BEHIND = "behind"
    UNKNOWN = ""


_RANK = {Standing.STRONG: 2, Standing.EVEN: 1, Standing.WEAK: 0}


def place(ours: Standing, theirs: Standing) -> Place:
    if Standing.UNKNOWN in (ours, theirs):
        return Place.UNKNOWN
    difference = _RANK[ours] - _RANK[theirs]
    return Place.EVEN if not difference else Place.AHEAD if difference > 0 else Place.BEHIND


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria, and with weights how much of 100, speak for us, for him, for neither, or aren't known."""

    ahead: int = 0
    even: int = 0
    behind: int = 0
    unknown: int = 0
    ahead_weight: int = 0
    behind_weight: int = 0

    @property
    def is_known(self) -> bool:
        return bool(self.ahead or self.even or self.behind)


def tally(rows: Iterable[tuple[int | None, Standing, Standing]]) -> Tally:
    """``rows``: the criterion's weight, our standing, theirs."""
    count = dict.fromkeys(Place, 0)
    weight = dict.fromkeys(Place, 0)
    for share, ours, theirs in rows:
        here = place(ours, theirs)
        count[here] += 1
        weight[here] += share or 0
    return Tally(
        count[Place.AHEAD],
        count[Place.EVEN],
        count[Place.BEHIND],
        count[Place.UNKNOWN],
        weight[Place.AHEAD],
        weight[Place.BEHIND],
    )


def names_him(text: str, name: str) -> bool:
    """Whether a text that the customer reads names the rival."""
    return bool(name.strip()) and name.strip().casefold() in text.casefold()
