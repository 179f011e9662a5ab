"""What a profile says, how its table is read and written, and what closed deals tell. Plain Python."""

from tuoke.services.exchange.rules import Span
from tuoke.steps.targeting.rules.content import (
    ANY_AMOUNT,
    ANY_COUNT,
    EVEN_WEIGHTS,
    ContentError,
    Dimension,
    Facet,
    Pain,
    ProfileContent,
    Urgency,
    dimensions_filled,
    filled,
    problems_of,
    says,
)

__all__ = [
    "ANY_AMOUNT",
    "ANY_COUNT",
    "EVEN_WEIGHTS",
    "ContentError",
    "Dimension",
    "Facet",
    "Pain",
    "ProfileContent",
    "Span",
    "Urgency",
    "dimensions_filled",
    "filled",
    "problems_of",
    "says",
]
