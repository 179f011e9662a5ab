"""Reads of parties: what ``who`` may see of them, and what looks like them."""

from tuoke.spine.customers.queries.duplicates import Hit, duplicates_of, duplicates_of_lead, told
from tuoke.spine.customers.queries.lookalikes import Alike, Found, Lookalikes
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
    "Alike",
    "Found",
    "Hit",
    "Lookalikes",
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
    "told",
]
