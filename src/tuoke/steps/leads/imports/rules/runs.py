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


BUSY = frozenset({Status.CHECKING, Status.RUNNING})
CHANGEABLE = frozenset({Status.UPLOADED, Status.MAPPED, Status.CHECKED, Status.CHECKING})
"""Nothing is written yet: file, columns and options may still be changed."""
RESUMABLE = frozenset({Status.FAILED, Status.CANCELLED})


class Duplicates(StrEnum):
    """What becomes of a row whose party and wish are there already."""

    SKIP = "skip"
    UPDATE = "update"
    NEW = "new"


class Outcome(StrEnum):
    """What became, or would become, of a row that is listed in the report."""

    REJECTED = "rejected"
    DUPLICATE = "duplicates"
    SKIPPED = "skipped"
    SIMILAR = "similar"


LISTED = 500
"""So many rows of each outcome are listed; of the rejected ones all, for the file that goes back."""


@dataclass(slots=True)
class Tally:
    """``rows`` = created + updated + skipped + duplicates + rejected; ``similar`` are among the created."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: int = 0
    similar: int = 0
    owners_unknown: int = 0
    sources_unknown: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        return {**{name: getattr(self, name) for name in _COUNTED}, "reasons": dict(self.reasons)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        return cls(**{name: data.get(name, 0) for name in _COUNTED}, reasons=Counter(data.get("reasons", {})))


_COUNTED = (
    "rows", "created", "updated", "skipped", "duplicates", "rejected", "similar", "owners_unknown", "sources_unknown",
)  # fmt: skip
