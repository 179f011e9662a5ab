"""How well signs are found in texts: precision and recall on the labelled sentences, with those that fail.

python -m bench.signals
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tuoke.steps.negotiation.signals.rules import find

LABELLED = Path(__file__).resolve().parents[1] / "tests/steps/negotiation/signals/labelled.yaml"


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    wanted: frozenset[str]
    why: str = ""


@dataclass(slots=True)
class Measured:
    """Counted by sign: one sentence may hold several. ``wrong``: (case, found)."""

    right: int = 0
    too_many: int = 0
    missed: int = 0
    wrong: list[tuple[Case, frozenset[str]]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.too_many or 1)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed or 1)


def cases(part: str) -> list[Case]:
    """``tuned``, on which the lexicon was written, or ``held_out``, on which it wasn't."""
    rows = yaml.safe_load(LABELLED.read_text(encoding="utf-8"))[part]
    return [Case(row["text"], frozenset(row["signals"]), row.get("why", "")) for row in rows]


def measure(labelled: Iterable[Case]) -> Measured:
    measured = Measured()
    for case in labelled:
        found = frozenset(one.kind.value for one in find(case.text))
        measured.right += len(found & case.wanted)
        measured.too_many += len(found - case.wanted)
        measured.missed += len(case.wanted - found)
        if found != case.wanted:
            measured.wrong.append((case, found))
    return measured


def report(name: str, labelled: Sequence[Case]) -> None:
    measured = measure(labelled)
    print(f"{name}: {len(labelled)} sentences, precision {measured.precision:.3f}, recall {measured.recall:.3f}")
    for case, found in measured.wrong:
        missed = ", ".join(sorted(case.wanted - found)) or "-"
        extra = ", ".join(sorted(found - case.wanted)) or "-"
        print(f"  missed {missed} · too many {extra}{f' ({case.why})' if case.why else ''}: {case.text}")


def main() -> None:
    for part in ("tuned", "held_out"):
        report(part, cases(part))


if __name__ == "__main__":
    main()
