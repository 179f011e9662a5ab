"""Decisions of a review: plain Python, no Django, no clock, no words."""

from tuoke.steps.reviews.rules.drafts import (
    LINE_LIMIT,
    MOST_ASKED,
    MOST_PROBLEMS,
    TEXT_LIMIT,
    ContributionDraft,
    HeldDraft,
    ProblemDraft,
)
from tuoke.steps.reviews.rules.figures import (
    FEWEST,
    Attainment,
    Compared,
    Measured,
    Plan,
    Satisfaction,
    StepDays,
    attainment,
    average_score,
    compared,
)
from tuoke.steps.reviews.rules.standing import (
    Cause,
    ReviewState,
    held_fault,
    may_finish,
    may_reopen,
    may_write,
    missing_functions,
)

__all__ = [
    "FEWEST",
    "LINE_LIMIT",
    "MOST_ASKED",
    "MOST_PROBLEMS",
    "TEXT_LIMIT",
    "Attainment",
    "Cause",
    "Compared",
    "ContributionDraft",
    "HeldDraft",
    "Measured",
    "Plan",
    "ProblemDraft",
    "ReviewState",
    "Satisfaction",
    "StepDays",
    "attainment",
    "average_score",
    "compared",
    "held_fault",
    "may_finish",
    "may_reopen",
    "may_write",
    "missing_functions",
]
