"""What waits for a person today, and where something is found."""

from tuoke.insight.queries.agenda import Agenda, Whose, agenda_of, may_see_team
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
    "Whose",
    "agenda_of",
    "desk_of",
    "may_see_team",
    "search",
]
