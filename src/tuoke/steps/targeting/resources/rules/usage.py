"""How much of a resource is taken at once: the peak of intervals that overlap. Days, both ends included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Use:
    """So much of it from one day to another."""

    quantity: Decimal
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the same amount is taken all along."""

    starts_on: date
    ends_on: date
    taken: Decimal


def stretches(uses: Iterable[Use], first: date, last: date) -> Iterator[Stretch]:
    """The time from ``first`` to ``last`` cut where the amount taken changes; what lies outside doesn't count."""
    changes: dict[date, Decimal] = {first: ZERO}
    for use in uses:
        begin, end = max(use.starts_on, first), min(use.ends_on, last)
        if begin > end:
            continue
        changes[begin] = changes.get(begin, ZERO) + use.quantity
        if end < last:
            changes[end + DAY] = changes.get(end + DAY, ZERO) - use.quantity
    taken, days = ZERO, sorted(changes)
    for index, day in enumerate(days):
        taken += changes[day]
        until = days[index + 1] - DAY if index + 1 < len(days) else last
        yield Stretch(day, until, taken)


def peak(uses: Iterable[Use], first: date, last: date) -> Stretch:
    """When most is taken, and how much; the earliest such time."""
    return max(stretches(uses, first, last), key=lambda stretch: stretch.taken)


def free(quantity: Decimal, uses: Iterable[Use], first: date, last: date) -> Decimal:
    """What can be taken on every day from ``first`` to ``last``; less than zero where too much is taken already."""
    return quantity - peak(uses, first, last).taken
