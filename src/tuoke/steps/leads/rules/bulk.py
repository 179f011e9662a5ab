"""Many leads at once: what can be done with them, how far it is, and how many at most."""

from __future__ import annotations

from enum import StrEnum

LARGEST = 10_000
"""Leads in one run; more are refused."""
IN_BACKGROUND = 1_000
"""From so many on a worker does it."""
SHOWN = 50
"""So many of those that can't be touched are named, with the reason."""
EXPORTED_AT_ONCE = 5_000
"""Rows of a file that is written while one waits."""


class BulkVerb(StrEnum):
    ASSIGN = "assign"
    CLAIM = "claim"
    RETURN = "return"
    DISCARD = "discard"
    TIER = "tier"
    CAMPAIGN = "campaign"


NEEDS_REASON = frozenset({BulkVerb.RETURN, BulkVerb.DISCARD, BulkVerb.TIER})
UNDOABLE = frozenset({BulkVerb.ASSIGN, BulkVerb.RETURN, BulkVerb.DISCARD, BulkVerb.TIER})


class RunStatus(StrEnum):
    DRAFT = "draft"  # chosen and looked at, nothing done yet
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


class FileStatus(StrEnum):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"  # older than it is kept


class FileKind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
