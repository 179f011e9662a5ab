"""Reads of parties: what ``who`` may see of them, and what looks like them."""

from tuoke.spine.customers.queries.duplicates import (
    Hit,
    duplicates_of,
    duplicates_of_customer,
    duplicates_of_lead,
    records_of,
    told,
)
from tuoke.spine.customers.queries.lookalikes import Alike, Found, Lookalikes
from tuoke.spine.customers.queries.merging import gone_into, merges_into, threads_of_lead, weighings_of
from tuoke.spine.customers.queries.pairs import pairs_of, sides_of, told_apart_from
from tuoke.spine.customers.queries.parties import (
    draft_of_customer,
    findable,
    is_masked,
    matching_customer,
    name_of,
    people_of,
    reach_of,
    receivers,
    timeline_of_customer,
)
from tuoke.spine.customers.queries.review import review_count

__all__ = [
    "Alike",
    "Found",
    "Hit",
    "Lookalikes",
    "draft_of_customer",
    "duplicates_of",
    "duplicates_of_customer",
    "duplicates_of_lead",
    "findable",
    "gone_into",
    "is_masked",
    "matching_customer",
    "merges_into",
    "name_of",
    "pairs_of",
    "people_of",
    "reach_of",
    "receivers",
    "records_of",
    "review_count",
    "sides_of",
    "threads_of_lead",
    "timeline_of_customer",
    "told",
    "told_apart_from",
    "weighings_of",
]
