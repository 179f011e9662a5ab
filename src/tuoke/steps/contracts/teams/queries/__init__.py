"""Reads of teams, introductions, plans given to the customer, bookings and rhythms. Each starts from ``visible_to``, or
from a deal that the caller holds."""

from tuoke.steps.contracts.teams.queries.bookings import (
    Load,
    bookings_to_decide,
    loads_of,
    may_decide,
    my_bookings,
    waiting_for,
)
from tuoke.steps.contracts.teams.queries.pages import (
    Overview,
    RhythmShown,
    SharedLink,
    colleagues_of,
    contacts_of,
    customer_people,
    is_introduced,
    is_shared,
    overview_of,
    possible_owners,
    ready_to_introduce,
    ready_to_share,
    rhythms_of,
)
from tuoke.steps.contracts.teams.queries.shared import (
    Person,
    PlanLine,
    SharedPlan,
    may_revoke_link,
    may_see_link,
    shared_plan,
)

__all__ = [
    "Load",
    "Overview",
    "Person",
    "PlanLine",
    "RhythmShown",
    "SharedLink",
    "SharedPlan",
    "bookings_to_decide",
    "colleagues_of",
    "contacts_of",
    "customer_people",
    "is_introduced",
    "is_shared",
    "loads_of",
    "may_decide",
    "may_revoke_link",
    "may_see_link",
    "my_bookings",
    "overview_of",
    "possible_owners",
    "ready_to_introduce",
    "ready_to_share",
    "rhythms_of",
    "shared_plan",
    "waiting_for",
]
