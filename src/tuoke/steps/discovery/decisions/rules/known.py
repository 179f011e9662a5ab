"""存量深挖: what is known from earlier deals is looked at again before it is believed (P1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import Verdict, no
from tuoke.services.exchange.rules import text_fault

NOTE_LIMIT = 300


class KnownKind(StrEnum):
    NEED = "need"
    CRITERION = "criterion"
    STANCE = "stance"
    ACTION = "action"  # a next step that was never done


class Finding(StrEnum):
    """What has become of a known fact."""

    HOLDS = "holds"  # 仍然成立
    CHANGED = "changed"  # 已变化
    SOLVED = "solved"  # 已解决
    OPEN = ""


CARRIED = frozenset({KnownKind.CRITERION, KnownKind.STANCE})
"""What this deal can take over as its own, once it is said to hold."""


@dataclass(frozen=True, slots=True)
class Known:
    """One fact of an earlier deal. ``ref`` is the key of its record."""

    kind: KnownKind
    ref: int
    title: str
    detail: str
    deal: str
    on: date | None = None

    @property
    def key(self) -> tuple[str, int]:
        return (self.kind.value, self.ref)


def may_find(finding: Finding, note: str) -> Verdict:
    verdict = text_fault(note, field="note", limit=NOTE_LIMIT)
    if finding is Finding.OPEN:
        verdict &= no("finding_missing", field="finding")
    if finding is Finding.CHANGED and not note.strip():
        verdict &= no("change_missing", field="note")
    return verdict


def all_reviewed(items: Iterable[Known], judged: Collection[tuple[str, int]]) -> bool:
    """Everything known was judged for this deal; true where nothing is known."""
    return all(item.key in judged for item in items)
