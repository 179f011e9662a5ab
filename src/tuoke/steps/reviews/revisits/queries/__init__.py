"""What is known of revisits, surveys, relationships and who may leave."""

from tuoke.steps.reviews.revisits.queries.due import due_of, due_revisit, his, listed
from tuoke.steps.reviews.revisits.queries.leaving import AtRisk, leaving_of, leaving_reasons
from tuoke.steps.reviews.revisits.queries.relationship import (
    Repeating,
    Standing,
    customers_of_level,
    level_names,
    repeating,
    seconds_of,
    standing_of,
)
from tuoke.steps.reviews.revisits.queries.room import Room, may_write, room_of, visitors
from tuoke.steps.reviews.revisits.queries.satisfaction import (
    Score,
    Source,
    mean,
    satisfaction_of,
    satisfaction_series,
    scores_of,
)
from tuoke.steps.reviews.revisits.queries.shared import SharedSurvey, may_revoke_link, may_see_link, shared_survey

__all__ = [
    "AtRisk",
    "Repeating",
    "Room",
    "Score",
    "SharedSurvey",
    "Source",
    "Standing",
    "customers_of_level",
    "due_of",
    "due_revisit",
    "his",
    "leaving_of",
    "leaving_reasons",
    "level_names",
    "listed",
    "may_revoke_link",
    "may_see_link",
    "may_write",
    "mean",
    "repeating",
    "room_of",
    "satisfaction_of",
    "satisfaction_series",
    "scores_of",
    "seconds_of",
    "shared_survey",
    "standing_of",
    "visitors",
]
