"""Interviews in plain Python: what an outline may hold, how far its questions got, what is kept of two who write at once."""

from tuoke.steps.discovery.interviews.rules.contrast import Voice, side_by_side
from tuoke.steps.discovery.interviews.rules.coverage import Asked, Covered, Meter, meter_of
from tuoke.steps.discovery.interviews.rules.drafts import (
    ANSWER_LIMIT,
    ANSWERS_MOST,
    NOTES_LIMIT,
    OUTLINES_MOST,
    PEOPLE_MOST,
    PROBES_MOST,
    QUESTIONS_MOST,
    TEXT_LIMIT,
    AnswerDraft,
    OutlineDraft,
    OutlineState,
    QuestionDraft,
    sound_answer,
    sound_notes,
    sound_outline,
    sound_question,
)
from tuoke.steps.discovery.interviews.rules.ordering import moved, reordered
from tuoke.steps.discovery.interviews.rules.pacing import LONG_MINUTES, Heard, hints
from tuoke.steps.discovery.interviews.rules.picking import Choice, suggested, unnamed
from tuoke.steps.discovery.interviews.rules.saving import Kept, Standing, kept

__all__ = [
    "ANSWERS_MOST", "ANSWER_LIMIT", "LONG_MINUTES", "NOTES_LIMIT", "OUTLINES_MOST", "PEOPLE_MOST", "PROBES_MOST",
    "QUESTIONS_MOST", "TEXT_LIMIT", "AnswerDraft", "Asked", "Choice", "Covered", "Heard", "Kept", "Meter",
    "OutlineDraft", "OutlineState", "QuestionDraft", "Standing", "Voice", "hints", "kept", "meter_of", "moved",
    "reordered", "side_by_side", "sound_answer", "sound_notes", "sound_outline", "sound_question", "suggested",
    "unnamed",
]  # fmt: skip
