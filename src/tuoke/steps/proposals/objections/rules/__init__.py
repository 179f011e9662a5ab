"""Decisions about a deal's objections: plain Python, no Django, no clock, no words."""

from tuoke.steps.proposals.objections.rules.drafts import ObjectionDraft, Readiness, all_prepared, text_fault
from tuoke.steps.proposals.objections.rules.heard import Heard, heard_in
from tuoke.steps.proposals.objections.rules.moves import (
    FROM,
    OPEN,
    at_rest,
    before,
    may,
    may_move,
    settled,
    sound_day,
)
from tuoke.steps.proposals.objections.rules.prediction import (
    RULES,
    DealFacts,
    Prediction,
    RivalFact,
    best_for,
    predict,
)
from tuoke.steps.proposals.objections.rules.vocabulary import MOST_IN_DEAL, MOST_PROOFS, TEXT_LIMITS, Result, State

__all__ = [
    "FROM", "MOST_IN_DEAL", "MOST_PROOFS", "OPEN", "RULES", "TEXT_LIMITS", "DealFacts", "Heard", "ObjectionDraft",
    "Prediction", "Readiness", "Result", "RivalFact", "State", "all_prepared", "at_rest", "before", "best_for", "heard_in", "may",
    "may_move", "predict", "settled", "sound_day", "text_fault",
]  # fmt: skip
