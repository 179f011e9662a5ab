"""Reads of rounds and agreements. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.negotiation.rounds.queries.agreed import agreed_terms
from tuoke.steps.negotiation.rounds.queries.extras import extra_states
from tuoke.steps.negotiation.rounds.queries.page import (
    AgreedSeen,
    Given,
    Offer,
    RoundSeen,
    RoundsPage,
    openable,
    rounds_page,
)
from tuoke.steps.negotiation.rounds.queries.quiet import cautions_of, quiet_until
from tuoke.steps.negotiation.rounds.queries.table import asked_of, first_terms, on_the_table

__all__ = [
    "AgreedSeen",
    "Given",
    "Offer",
    "RoundSeen",
    "RoundsPage",
    "agreed_terms",
    "asked_of",
    "cautions_of",
    "extra_states",
    "first_terms",
    "on_the_table",
    "openable",
    "quiet_until",
    "rounds_page",
]
