"""Reads of a deal's objections. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.proposals.objections.queries.board import Board, Line, Proved, board_of, readiness_of
from tuoke.steps.proposals.objections.queries.choices import Answer, answers_for, fit_of, proof_choices
from tuoke.steps.proposals.objections.queries.facts import facts_for, predicted
from tuoke.steps.proposals.objections.queries.results import effect_of_answers, uses_of
from tuoke.steps.proposals.objections.queries.sounds import Sound, sounds_of

__all__ = [
    "Answer", "Board", "Line", "Proved", "Sound", "answers_for", "board_of", "effect_of_answers", "facts_for", "fit_of",
    "predicted", "proof_choices", "readiness_of", "sounds_of", "uses_of",
]  # fmt: skip
