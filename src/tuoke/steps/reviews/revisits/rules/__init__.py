"""Revisits in plain Python: the schedule, what a visit and a survey say, the relationship, who may leave."""

from tuoke.steps.reviews.revisits.rules.leaving import Leaving, Sign, Signs, leaving
from tuoke.steps.reviews.revisits.rules.relationship import Cooperation, Level, level_of, repeat_rate
from tuoke.steps.reviews.revisits.rules.schedule import (
    USUAL,
    Calendar,
    Occasion,
    Rhythm,
    calendar_after_losing,
    calendar_after_winning,
    months_later,
)
from tuoke.steps.reviews.revisits.rules.surveys import QUESTIONS, Answer, SurveyDraft, SurveyState
from tuoke.steps.reviews.revisits.rules.visits import LOW, Opening, State, Usage, VisitDraft

__all__ = [
    "LOW",
    "QUESTIONS",
    "USUAL",
    "Answer",
    "Calendar",
    "Cooperation",
    "Leaving",
    "Level",
    "Occasion",
    "Opening",
    "Rhythm",
    "Sign",
    "Signs",
    "State",
    "SurveyDraft",
    "SurveyState",
    "Usage",
    "VisitDraft",
    "calendar_after_losing",
    "calendar_after_winning",
    "leaving",
    "level_of",
    "months_later",
    "repeat_rate",
]
