"""The views that every list of leads offers: nothing but filters under a name."""

from __future__ import annotations

from collections.abc import Mapping

SYSTEM_VIEWS: Mapping[str, Mapping[str, str]] = {
    "potential": {"tier": "any", "sort": "-score"},
    "due": {"due": "today", "sort": "due_on"},
    "recycle": {"recycle": "week", "sort": "recycle_on"},
    "week": {"created": "week"},
    "unowned": {"tab": "pool"},
    "unknown": {"unknown": "3", "sort": "-score"},
}
"""Parameters of the list's address by the view's name. Dates in them move with the day."""
DUE_SOON = 7
"""Days in which something counts as near."""
