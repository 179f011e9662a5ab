"""What an import did: the same figures on screen, in the command line's JSON and in the rejects file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken: its real number in the file, its cells, and why (code, field, what would be right)."""

    number: int
    cells: tuple[Any, ...]
    reasons: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class ImportResult:
    """Counters of one import run (spec: ``tuoke import … --json``). ``rows`` = created+updated+skipped+duplicates+rejected."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: int = 0
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    rejects: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def reject(self, rejected: Rejected) -> None:
        self.rejected += 1
        self.rejects.append(rejected)
        self.reasons.update({code for code, _, _ in rejected.reasons})

    def as_json(self) -> dict[str, Any]:
        names = ("rows", "created", "updated", "skipped", "duplicates", "rejected")
        return {name: getattr(self, name) for name in names} | {
            "seconds": round(self.seconds, 2),
            "reasons": dict(self.reasons),
            "warnings": self.warnings,
        }
