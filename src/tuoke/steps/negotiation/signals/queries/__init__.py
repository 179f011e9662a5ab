"""Reads of signs and proposals to sign."""

from tuoke.steps.negotiation.signals.queries.effects import effect_of_items, uses_of
from tuoke.steps.negotiation.signals.queries.page import (
    SHOWN_MOST,
    Closing,
    Page,
    closing_seen,
    page_of,
    state_of,
    suggestions,
)
from tuoke.steps.negotiation.signals.queries.way import opens_way

__all__ = [
    "SHOWN_MOST", "Closing", "Page", "closing_seen", "effect_of_items", "opens_way", "page_of", "state_of",
    "suggestions", "uses_of",
]  # fmt: skip
