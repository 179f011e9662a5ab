"""What closed deals tell (S1.3): win rates with intervals, and which values they speak for or against.

Intervals: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212,
for one share; R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in
Medicine 17 (1998) 873-890, method 10, for the difference of two. Where several values of one cut are compared, each
interval is widened after Bonferroni, so that all of them together hold 95 times in 100.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tuoke.spine.library.rules import CONFIDENCE
from tuoke.spine.library.rules import interval as wilson


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of ``n`` cases with its 95 % Wilson interval; without cases there is no share."""

    won: int
    n: int

    @property
    def share(self) -> float:
        return self.won / self.n if self.n else 0.0

    @property
    def low(self) -> float:
        return self.interval()[0]

    @property
    def high(self) -> float:
        return self.interval()[1]

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        return wilson(self.won, self.n, confidence)


def difference(one: Rate, other: Rate, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Where the difference of two shares lies, one minus other. Without cases on a side it may be anything."""
    if not one.n or not other.n:
        return -1.0, 1.0
    (low, high), (other_low, other_high) = one.interval(confidence), other.interval(confidence)
    p, q = one.share, other.share
    below = math.sqrt((p - low) ** 2 + (other_high - q) ** 2)
    above = math.sqrt((high - p) ** 2 + (q - other_low) ** 2)
    return p - q - below, p - q + above


@dataclass(frozen=True, slots=True)
class Tally:
    """Closed deals added up. ``amount`` in yuan over the ``priced`` won ones, ``days`` over the ``timed`` won ones."""

    n: int = 0
    won: int = 0
    amount: Decimal = Decimal(0)
    priced: int = 0
    days: float = 0.0
    timed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.n + other.n, self.won + other.won, self.amount + other.amount,
            self.priced + other.priced, self.days + other.days, self.timed + other.timed,
        )  # fmt: skip

    def __sub__(self, other: Tally) -> Tally:
        return Tally(
            self.n - other.n, self.won - other.won, self.amount - other.amount,
            self.priced - other.priced, self.days - other.days, self.timed - other.timed,
        )  # fmt: skip

    @property
    def rate(self) -> Rate:
        return Rate(self.won, self.n)

    @property
    def average(self) -> Decimal | None:
        """Mean amount of a won deal, in yuan."""
        return self.amount / self.priced if self.priced else None

    @property
    def cycle(self) -> float | None:
        """Mean days from the beginning of a won deal to its end."""
        return self.days / self.timed if self.timed else None


@dataclass(frozen=True, slots=True)
class Group:
    """Closed deals that share a value."""

    value: str
    tally: Tally

    @property
    def rate(self) -> Rate:
        return self.tally.rate

    @property
    def low(self) -> int:
        """Where the interval begins on a scale of 0 to 100, and how wide it is: for a picture."""
        return round(100 * self.rate.low)

    @property
    def width(self) -> int:
        return max(1, round(100 * self.rate.high) - self.low)


@dataclass(frozen=True, slots=True)
class Cut:
    """The deals cut by one field; deals that don't say it are in none of the groups."""

    field: str
    groups: tuple[Group, ...]

    @property
    def known(self) -> Tally:
        return sum((group.tally for group in self.groups), Tally())


class Order(StrEnum):
    SURE = "sure"
    N = "n"
    RATE = "rate"
    AMOUNT = "amount"
    CYCLE = "cycle"


def ordered(groups: Iterable[Group], order: Order, *, minimum: int) -> list[Group]:
    """The best first. ``SURE``: groups that are large enough by the lower end of their interval, then the small ones."""
    keys: dict[Order, Callable[[Group], tuple[Any, ...]]] = {
        Order.SURE: lambda g: (g.rate.n < minimum, -g.rate.low, -g.rate.n),
        Order.N: lambda g: (-g.rate.n,),
        Order.RATE: lambda g: (-g.rate.share, -g.rate.n),
        Order.AMOUNT: lambda g: (-(g.tally.average or Decimal(-1)),),
        Order.CYCLE: lambda g: (math.inf if g.tally.cycle is None else g.tally.cycle,),
    }
    return sorted(groups, key=lambda group: (*keys[order](group), group.value))


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed deal, as far as it can be told again elsewhere. ``party`` is a ``company_key``."""

    party: str
    outcome: str
    on: date
    amount: Decimal | None


def twins(imported: Sequence[Closed], own: Iterable[Closed]) -> list[int]:
    """Which imported deals (by index) are our own once more: same party, outcome and day, and no other amount.

    Each own deal answers for one imported deal only. A lost deal's amount says nothing, nor does an unknown one.
    """
    left: dict[tuple[str, str, date], list[Decimal | None]] = {}
    for deal in own:
        if deal.party:
            left.setdefault((deal.party, deal.outcome, deal.on), []).append(deal.amount)
    found = []
    for index, deal in enumerate(imported):
        amounts = left.get((deal.party, deal.outcome, deal.on), [])
        place = next((i for i, amount in enumerate(amounts) if _same_amount(deal, amount)), None)
        if place is not None:
            del amounts[place]
            found.append(index)
    return found


def _same_amount(deal: Closed, amount: Decimal | None) -> bool:
    return deal.outcome == "lost" or deal.amount is None or amount is None or deal.amount == amount
