"""What a profile says, how its table is read and written (``table``), and what closed deals tell (``history``)."""

from tuoke.services.exchange.rules import Span
from tuoke.steps.targeting.rules.changes import Change, differences
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
    bands,
    dimensions_filled,
    filled,
    problems_of,
    says,
)
from tuoke.steps.targeting.rules.draft import MINIMUM, ProfileDraft, sound_minimum, told

__all__ = [
    "ANY_AMOUNT",
    "ANY_COUNT",
    "EVEN_WEIGHTS",
    "MINIMUM",
    "Change",
    "ContentError",
    "Dimension",
    "Facet",
    "Pain",
    "ProfileContent",
    "ProfileDraft",
    "Span",
    "Urgency",
    "bands",
    "differences",
    "dimensions_filled",
    "filled",
    "problems_of",
    "says",
    "sound_minimum",
    "told",
]
