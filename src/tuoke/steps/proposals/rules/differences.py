"""What changed between two versions of a proposal, section by section, word by word."""

from __future__ import annotations

from dataclasses import dataclass

from tuoke.spine.library.rules import Change, Run
from tuoke.spine.library.rules.differences import runs
from tuoke.steps.proposals.rules.content import Frozen, FrozenSection


@dataclass(frozen=True, slots=True)
class SectionChange:
    """``change`` in: new, out: gone, same: it stands in both and says something else (``title``, ``text`` as runs; empty
    where that stayed). ``moved``: to another part. ``proofs_in`` and ``proofs_out`` are titles of evidence."""

    section: FrozenSection
    change: Change
    title: tuple[Run, ...] = ()
    text: tuple[Run, ...] = ()
    moved_from: str = ""
    proofs_in: tuple[str, ...] = ()
    proofs_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionChange:
    sections: tuple[SectionChange, ...]
    parts: tuple[str, ...]
    is_reordered: bool

    @property
    def is_none(self) -> bool:
        return not (self.sections or self.parts or self.is_reordered)


def between(before: Frozen, after: Frozen) -> VersionChange:
    """``parts``: keys of other rooms' figures that differ."""
    old = {section.section_id: section for section in before.sections}
    new = {section.section_id: section for section in after.sections}
    found = [_changed(old.get(pk), section) for pk, section in new.items()]
    gone = [SectionChange(section, Change.OUT) for pk, section in old.items() if pk not in new]
    keys = dict.fromkeys((*before.parts, *after.parts))
    return VersionChange(
        sections=(*(one for one in found if one is not None), *gone),
        parts=tuple(key for key in keys if before.parts.get(key) != after.parts.get(key)),
        is_reordered=[pk for pk in old if pk in new] != [pk for pk in new if pk in old],
    )


def _changed(before: FrozenSection | None, after: FrozenSection) -> SectionChange | None:
    if before is None:
        return SectionChange(after, Change.IN)
    change = SectionChange(
        after,
        Change.SAME,
        title=_runs(before.title, after.title),
        text=_runs(before.text, after.text),
        moved_from=before.part if before.part != after.part else "",
        proofs_in=_missing_in(before, after),
        proofs_out=_missing_in(after, before),
    )
    says = (change.title, change.text, change.moved_from, change.proofs_in, change.proofs_out)
    return change if any(says) else None


def _runs(before: str, after: str) -> tuple[Run, ...]:
    return runs(before, after) if before != after else ()


def _missing_in(one: FrozenSection, other: FrozenSection) -> tuple[str, ...]:
    known = {proof.version_id for proof in one.proofs}
    return tuple(proof.title for proof in other.proofs if proof.version_id not in known)
