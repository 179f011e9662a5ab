"""What a run of an import is, and what it counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    UPLOADED = "uploaded"  # its columns wait for somebody to look at them
    MAPPED = "mapped"
    CHECKING = "checking"
    CHECKED = "checked"  # what will happen is known
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"  # its new leads are void again, but for those that somebody went on with


BUSY = frozenset({Status.CHECKING, Status.RUNNING, Status.UNDOING})
CHANGEABLE = frozenset({Status.UPLOADED, Status.MAPPED, Status.CHECKED, Status.CHECKING})
"""Nothing is written yet: file, columns and options may still be changed."""
WAITING = frozenset({Status.UPLOADED, Status.MAPPED, Status.CHECKED})
RESUMABLE = frozenset({Status.FAILED, Status.CANCELLED})
UNDOABLE = frozenset({Status.DONE, Status.CANCELLED, Status.FAILED})


class Duplicates(StrEnum):
    """What becomes of a row whose party and wish are there already."""

    SKIP = "skip"
    FILL = "fill"  # what is known stays, what is not known is filled in
    UPDATE = "update"  # what the file says holds; what it doesn't say stays
    NEW = "new"


class Outcome(StrEnum):
    """What became, or would become, of a row that is listed in the report. The value is the ``Tally``'s name for it."""

    CREATED = "created"
    UPDATED = "updated"
    CONFLICTS = "conflicts"
    REJECTED = "rejected"
    DUPLICATE = "duplicates"
    SKIPPED = "skipped"
    SIMILAR = "similar"


LISTED = 500
"""So many rows of each outcome are listed; all of those that somebody has to look at one by one."""
LISTED_WHOLLY = frozenset({Outcome.REJECTED, Outcome.CONFLICTS})


@dataclass(slots=True)
class Tally:
    """``rows`` = created + updated + skipped + duplicates + rejected.

    ``similar`` are among the created, ``conflicts`` among the others: rows that say something else than the lead does.
    ``undone`` and ``kept`` are what became of the created when the import was undone.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: int = 0
    similar: int = 0
    conflicts: int = 0
    undone: int = 0
    kept: int = 0
    owners_unknown: int = 0
    sources_unknown: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        return {**{name: getattr(self, name) for name in _COUNTED}, "reasons": dict(self.reasons)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        return cls(**{name: data.get(name, 0) for name in _COUNTED}, reasons=Counter(data.get("reasons", {})))


_COUNTED = (
    "rows", "created", "updated", "skipped", "duplicates", "rejected", "similar", "conflicts", "undone", "kept",
    "owners_unknown", "sources_unknown",
)  # fmt: skip
