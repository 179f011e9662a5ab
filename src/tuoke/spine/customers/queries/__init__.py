"""Reads of parties: what ``who`` may see of them, and what looks like them."""

from tuoke.spine.customers.queries.duplicates import Hit, duplicates_of, duplicates_of_lead
from tuoke.spine.customers.queries.parties import (
    draft_of_customer,
    is_masked,
    matching_customer,
    name_of,
    people_of,
    reach_of,
    receivers,
    timeline_of_customer,
)

__all__ = [
    "Hit",
    "draft_of_customer",
    "duplicates_of",
    "duplicates_of_lead",
    "is_masked",
    "matching_customer",
    "name_of",
    "people_of",
    "reach_of",
    "receivers",
    "timeline_of_customer",
]
