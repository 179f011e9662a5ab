"""What waits for a person today, and where something is found."""

from tuoke.insight.queries.agenda import (
    Agenda,
    Untended,
    Whose,
    agenda_of,
    has_work,
    may_see_team,
    to_approve,
    untended_of,
)
from tuoke.insight.queries.desk import Desk, ToReview, desk_of
from tuoke.insight.queries.search import LEAST_QUERY, Found, search
from tuoke.insight.queries.some import Some

__all__ = [
    "LEAST_QUERY",
    "Agenda",
    "Desk",
    "Found",
    "Some",
    "ToReview",
    "Untended",
    "Whose",
    "agenda_of",
    "desk_of",
    "has_work",
    "may_see_team",
    "search",
    "to_approve",
    "untended_of",
]
