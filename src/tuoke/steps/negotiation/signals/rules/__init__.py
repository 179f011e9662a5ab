"""How signs are found in texts, and what may be said of them. Plain Python."""

from tuoke.steps.negotiation.signals.rules.finding import SENTENCE_MOST, Found, find
from tuoke.steps.negotiation.signals.rules.lexicon import Lexicon, lexicon, parse
from tuoke.steps.negotiation.signals.rules.states import (
    EXTRA_LIMIT,
    NOTE_LIMIT,
    REASON_LIMIT,
    STANDING,
    TEXT_LIMIT,
    Answer,
    AnswerDraft,
    ClosingDraft,
    SignalDraft,
    SignalState,
    reason_faults,
)

__all__ = [
    "EXTRA_LIMIT", "NOTE_LIMIT", "REASON_LIMIT", "SENTENCE_MOST", "STANDING", "TEXT_LIMIT", "Answer", "AnswerDraft",
    "ClosingDraft", "Found", "Lexicon", "SignalDraft", "SignalState", "find", "lexicon", "parse", "reason_faults",
]  # fmt: skip
