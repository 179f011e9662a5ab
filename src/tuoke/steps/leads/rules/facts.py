"""What a party says of itself, as scoring looks at it, and how its ranges lie to the profile's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from tuoke.services.exchange.rules import Span


class LeadFacts(NamedTuple):
    """What scoring looks at, of a lead as of a customer. A tuple because a million of them are made in one go.

    ``situation`` is the text about a person (ToC): region, position, attributes. ``verified`` is a set of
    ``customers.rules.FactKind`` as bits (S2.7).
    """

    market: str = "tob"
    industry: str = ""
    staff_low: int | None = None
    staff_high: int | None = None
    revenue_low: Decimal | None = None
    revenue_high: Decimal | None = None
    budget_low: Decimal | None = None
    budget_high: Decimal | None = None
    purchase_on: date | None = None
    decision_maker: bool | None = None
    position: str = ""
    has_contact: bool = False
    want: str = ""
    verified: int = 0
    situation: str = ""


class Place(Enum):
    """Where a lead's range lies, seen from the profile's."""

    UNKNOWN = "unknown"
    INSIDE = "inside"
    OVERLAPS = "overlaps"
    BELOW = "below"
    ABOVE = "above"


End = int | Decimal | None


def place(low: End, high: End, span: Span[Any]) -> Place:
    """Open ends reach as far as they can; a range that only touches lies inside or overlaps."""
    if low is None and high is None:
        return Place.UNKNOWN
    if high is not None and span.low is not None and high < span.low:
        return Place.BELOW
    if low is not None and span.high is not None and low > span.high:
        return Place.ABOVE
    starts_inside = span.low is None or (low is not None and low >= span.low)
    ends_inside = span.high is None or (high is not None and high <= span.high)
    return Place.INSIDE if starts_inside and ends_inside else Place.OVERLAPS


def months_until(day: date, today: date) -> int:
    """Whole calendar months from this one to that of ``day``; below 0 in the past. Plans are made by the month."""
    return (day.year - today.year) * 12 + day.month - today.month
