"""What a section, a title or a note must be to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.library.rules import BlockPart

TITLE_LIMIT = 80
TEXT_LIMIT = 8000
NOTE_LIMIT = 200
SECTIONS_MOST = 80
"""Sections of one proposal; more is a book."""
PROOFS_MOST = 12
"""Evidence behind one section."""
PART_ORDER = {part.value: place for place, part in enumerate(BlockPart)}


class ProposalState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section as it shall be; ``needs`` are the ids of what it answers."""

    part: str
    title: str
    text: str
    needs: tuple[int, ...] = ()


def may_be_kept(draft: SectionDraft) -> Verdict:
    """Every reason why this can't stand in a proposal. An empty text may: it is still to be written."""
    verdict = YES if draft.part in PART_ORDER else no("part_unknown")
    verdict &= YES if draft.title.strip() else no("title_missing")
    return verdict & text_verdict(draft.title, "title", TITLE_LIMIT) & text_verdict(draft.text, "text", TEXT_LIMIT)


def text_verdict(text: str, name: str, limit: int) -> Verdict:
    """Too long or unsound; the codes begin with the field's name."""
    if len(text) > limit:
        return no(f"{name}_too_long", limit=limit, length=len(text))
    return YES if sound(text) else no(f"{name}_broken")
