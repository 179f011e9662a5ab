"""Reads of the decision chain. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.discovery.decisions.queries.chain import (
    MOST_PEOPLE,
    Chain,
    Seen,
    chain_of,
    lines_of,
    people_as_seen,
    thought_of,
)
from tuoke.steps.discovery.decisions.queries.criteria import Criteria, criteria_of, process_of
from tuoke.steps.discovery.decisions.queries.known import (
    checks_of,
    earlier_deals,
    has_history,
    judged_in,
    known_from_before,
)

__all__ = [
    "MOST_PEOPLE",
    "Chain",
    "Criteria",
    "Seen",
    "chain_of",
    "checks_of",
    "criteria_of",
    "earlier_deals",
    "has_history",
    "judged_in",
    "known_from_before",
    "lines_of",
    "people_as_seen",
    "process_of",
    "thought_of",
]
