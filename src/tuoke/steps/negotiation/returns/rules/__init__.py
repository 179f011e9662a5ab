"""What a calculation is made of and what it comes to. Plain Python."""

from tuoke.steps.negotiation.returns.rules.figures import (
    FREE_LINES,
    MOST_RIVALS,
    Compared,
    Figures,
    Result,
    Rival,
    Saving,
    marked,
    parse_figures,
    result_of,
)
from tuoke.steps.negotiation.returns.rules.sharing import (
    MOST_SCENARIOS,
    MOST_VARIANTS,
    NOTE_LIMIT,
    TITLE_LIMIT,
    VALID_USUAL,
    Origin,
    SendDraft,
    SharedState,
    said_fault,
)
from tuoke.steps.negotiation.returns.rules.typed import Typed, as_typed, differences, typed

__all__ = [
    "FREE_LINES",
    "MOST_RIVALS",
    "MOST_SCENARIOS",
    "MOST_VARIANTS",
    "NOTE_LIMIT",
    "TITLE_LIMIT",
    "VALID_USUAL",
    "Compared",
    "Figures",
    "Origin",
    "Result",
    "Rival",
    "Saving",
    "SendDraft",
    "SharedState",
    "Typed",
    "as_typed",
    "differences",
    "marked",
    "parse_figures",
    "result_of",
    "said_fault",
    "typed",
]
