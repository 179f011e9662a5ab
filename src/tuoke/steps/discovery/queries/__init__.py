"""Reads of needs. Each starts from ``visible_to``, or from a private link that was opened."""

from tuoke.steps.discovery.queries.lists import Cells, Line, Needs, lines_of, loose_needs, needs_of, needs_table
from tuoke.steps.discovery.queries.sent import (
    SentList,
    Sharing,
    Waiting,
    changed_since,
    may_revoke_link,
    may_see_link,
    sharing_of,
    waiting_for_customer,
)
from tuoke.steps.discovery.queries.sharing import SharedComment, SharedList, SharedRow, shared_list

__all__ = [
    "Cells",
    "Line",
    "Needs",
    "SentList",
    "SharedComment",
    "SharedList",
    "SharedRow",
    "Sharing",
    "Waiting",
    "changed_since",
    "lines_of",
    "loose_needs",
    "may_revoke_link",
    "may_see_link",
    "needs_of",
    "needs_table",
    "shared_list",
    "sharing_of",
    "waiting_for_customer",
]
