"""How signs are found in texts. Plain Python."""

from tuoke.steps.negotiation.signals.rules.finding import Found, find
from tuoke.steps.negotiation.signals.rules.lexicon import Lexicon, lexicon, parse

__all__ = ["Found", "Lexicon", "find", "lexicon", "parse"]
