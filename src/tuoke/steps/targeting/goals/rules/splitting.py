"""A whole split over parts that add up to it exactly (S1.4), by the method of the largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context, Decimal
from enum import StrEnum

ONE, CENT = Decimal(1), Decimal("0.01")
_EXACT = Context(prec=60)


class Basis(StrEnum):
    """What the parts are measured by."""

    HEADS = "heads"  # how many sell there
    LAST_YEAR = "last_year"  # what was reached in the same period a year before
    WEIGHTS = "weights"  # as given
    EVEN = "even"
    BY_HAND = "by_hand"  # each amount as typed


class NothingToSplitBy(ValueError):
    """All weights are zero: there is no proportion."""


def split(total: Decimal, weights: Sequence[Decimal], *, unit: Decimal) -> tuple[Decimal, ...]:
    """Parts in proportion to the weights, multiples of ``unit``, that add up to ``total`` exactly.

    What is left after rounding down goes, unit by unit, to the largest remainders; of equal ones to the earlier. What
    ``total`` has below the unit goes to the first of them. Raises NothingToSplitBy where no weight is above zero, and
    ValueError for a negative total or weight.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("neither total nor weights may be negative")
    whole = sum(weights, Decimal(0))
    if whole == 0:
        raise NothingToSplitBy
    units = int(total / unit)
    exact = [_EXACT.divide(_EXACT.multiply(Decimal(units), weight), whole) for weight in weights]
    parts = [int(share.to_integral_value(ROUND_FLOOR)) for share in exact]
    order = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in order[: units - sum(parts)]:
        parts[index] += 1
    amounts = [part * unit for part in parts]
    amounts[order[0]] += total - units * unit
    return tuple(amounts)


def difference(total: Decimal | None, parts: Sequence[Decimal | None]) -> Decimal | None:
    """What the whole has more than its parts, less than zero where the parts say more; None where there is nothing to
    compare: no whole, or no part that says anything."""
    known = [part for part in parts if part is not None]
    return None if total is None or not known else total - sum(known, Decimal(0))
