"""What a version of a proposal says, once and for all: page, docx, PDF and portal draw from this alone (S5.1, S5.2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FrozenProof:
    """Evidence as it stood when the version was made. ``kind`` is the library's (case evidence); ``dated_on`` and
    ``valid_until`` are ISO days or empty. ``named``: the customer it speaks of may be named to others."""

    version_id: int
    item_id: int
    kind: str
    title: str
    statement: str = ""
    figures: tuple[str, ...] = ()
    source: str = ""
    url: str = ""
    dated_on: str = ""
    valid_until: str = ""
    named: bool = False
    is_example: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FrozenClaim:
    """A quantity that the text promises, where it stands in it, and the proof (``version_id``) that covers it; 0: none."""

    text: str
    start: int
    end: int
    covered_by: int = 0


@dataclass(frozen=True, slots=True)
class FrozenSection:
    """``section_id`` names it for comments and readings; ``needs`` are the ids of what it answers."""

    section_id: int
    part: str
    title: str
    text: str
    needs: tuple[int, ...] = ()
    claims: tuple[FrozenClaim, ...] = ()
    proofs: tuple[FrozenProof, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One line of need → solution → value → evidence; titles of sections, sentences, names of proofs, in this order."""

    need_id: int
    kind: str
    priority: str
    need: str
    solution: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """``parts`` are what other rooms handed in, by their key (``hooks.Part``): value, offer, difference …"""

    title: str
    customer: str
    made_on: str
    sections: tuple[FrozenSection, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def proofs(self) -> tuple[FrozenProof, ...]:
        """Each once, in the order of the text."""
        return tuple({proof.version_id: proof for s in self.sections for proof in s.proofs}.values())

    @property
    def uncovered(self) -> tuple[FrozenClaim, ...]:
        return tuple(claim for section in self.sections for claim in section.claims if not claim.covered_by)

    @property
    def unanswered(self) -> tuple[CoverageRow, ...]:
        """Rigid needs without an answer."""
        return tuple(row for row in self.coverage if row.kind == "rigid" and not row.is_answered)


def store(frozen: Frozen) -> dict[str, Any]:
    """As JSON takes it; the reverse of ``parse``."""
    return json.loads(json.dumps(asdict(frozen), ensure_ascii=False))  # type: ignore[no-any-return]  # a dict went in


def parse(data: Mapping[str, Any]) -> Frozen:
    return Frozen(
        title=data["title"],
        customer=data["customer"],
        made_on=data["made_on"],
        sections=tuple(_section(row) for row in data["sections"]),
        coverage=tuple(_row(row) for row in data["coverage"]),
        parts=dict(data["parts"]),
    )


def seal(content: Mapping[str, Any]) -> str:
    """The fingerprint of what a content says, whenever it was made: two versions with one seal say the same."""
    said = {name: value for name, value in content.items() if name != "made_on"}
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _section(row: Mapping[str, Any]) -> FrozenSection:
    return FrozenSection(
        section_id=row["section_id"],
        part=row["part"],
        title=row["title"],
        text=row["text"],
        needs=tuple(row["needs"]),
        claims=tuple(FrozenClaim(**claim) for claim in row["claims"]),
        proofs=tuple(FrozenProof(**_tupled(proof, "figures")) for proof in row["proofs"]),
    )


def _row(row: Mapping[str, Any]) -> CoverageRow:
    return CoverageRow(**_tupled(row, "solution", "value", "evidence"))


def _tupled(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**row, **{name: tuple(row[name]) for name in names}}
