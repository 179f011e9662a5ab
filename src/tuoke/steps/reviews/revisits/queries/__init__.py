"""What is known of revisits, surveys, relationships and who may leave."""

from tuoke.steps.reviews.revisits.queries.due import due_of, due_revisit, listed
from tuoke.steps.reviews.revisits.queries.leaving import AtRisk, leaving_of, leaving_reasons
from tuoke.steps.reviews.revisits.queries.satisfaction import (
    Score,
    Source,
    mean,
    satisfaction_of,
    satisfaction_series,
    scores_of,
)

__all__ = [
    "AtRisk",
    "Score",
    "Source",
    "due_of",
    "due_revisit",
    "leaving_of",
    "leaving_reasons",
    "listed",
    "mean",
    "satisfaction_of",
    "satisfaction_series",
    "scores_of",
]
