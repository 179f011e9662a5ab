"""Reads of needs. Each starts from ``visible_to``, or from a private link that was opened."""

from tuoke.steps.discovery.queries.lists import Cells, Needs, needs_of, needs_table
from tuoke.steps.discovery.queries.sharing import SharedComment, SharedList, SharedRow, shared_list

__all__ = [
    "Cells",
    "Needs",
    "SharedComment",
    "SharedList",
    "SharedRow",
    "needs_of",
    "needs_table",
    "shared_list",
]
