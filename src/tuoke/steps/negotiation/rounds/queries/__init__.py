"""Reads of rounds and agreements. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.negotiation.rounds.queries.agreed import agreed_terms
from tuoke.steps.negotiation.rounds.queries.quiet import cautions_of, quiet_until

__all__ = ["agreed_terms", "cautions_of", "quiet_until"]
