"""The outline that this customer's needs call for: which sections, from which blocks, and why (S5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.library.rules import BlockPart, fill
from tuoke.steps.proposals.rules.suggesting import Block, Suggestion, Wanted, best_for

HEADING, HEADING_LEAST = 24, 6
LATENT = "latent"
QUOTE = 160
"""What is quoted of the customer in one section."""
_AFTER_NEEDS = (
    BlockPart.VALUE,
    BlockPart.DIFFERENCE,
    BlockPart.PROOF,
    BlockPart.PLAN,
    BlockPart.SERVICE,
    BlockPart.TERMS,
)
_SENTENCE = re.compile(r"[。；;！!？?\n]")
_PAUSE = re.compile(r"[，,][^，,]*$")
_NUMBERED = re.compile(r"^\s*(?:\d+[.、)]|[一二三四五六七八九十]+、)\s*")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A section as it could stand. ``key`` names it in the form; ``title`` and ``text`` are ready to be kept, with open
    〔places〕 where a fact is missing. ``block`` None: to be written from the needs alone."""

    key: str
    part: str
    title: str
    text: str
    needs: tuple[int, ...] = ()
    block: Block | None = None
    why: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrases:
    """The few sentences of ours that bind the customer's words to the blocks; written in ``words``, in Chinese."""

    situation: str
    quoted: str
    noted: str
    behind: str
    impact: str
    unsolved: str
    difference: str
    situation_text: str
    difference_text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A need with what the customer said of it: ``quotes`` are his words, the most telling first; none where it was us
    who put it into words."""

    wanted: Wanted
    description: str
    pain: str = ""
    impact: str = ""
    quotes: tuple[str, ...] = ()


def outline(
    needs: Sequence[Said], suggestions: Sequence[Suggestion], *, facts: Mapping[str, str], phrases: Phrases
) -> list[Proposed]:
    """Situation, without what the customer doesn't know of himself yet; a section for every need, in the order of the list; then one of each further part that the library suits.

    What sets us apart is a part of its own even while the library has nothing for it.
    """
    used: set[int] = set()
    solved = [_solving(said, suggestions, used, facts=facts, phrases=phrases) for said in needs]
    rest = [_of_part(part, suggestions, used, facts=facts) for part in _AFTER_NEEDS]
    if rest[1] is None:
        rest[1] = Proposed(
            "difference", BlockPart.DIFFERENCE, phrases.difference, phrases.difference_text, why=(Reason("always"),)
        )
    known = [said for said in needs if said.wanted.kind != LATENT]
    return [_situation(known, phrases), *solved, *(one for one in rest if one is not None)]


def heading_of(text: str) -> str:
    """A need in a few words, for a section's title: cut where he paused, if he did."""
    first = _SENTENCE.split(_NUMBERED.sub("", text.strip()), maxsplit=1)[0].strip(" ，,、：:")
    if len(first) <= HEADING:
        return first
    clause = _PAUSE.sub("", first[: HEADING + 1])
    is_whole = HEADING_LEAST <= len(clause) <= HEADING and clause.count("“") == clause.count("”")
    return clause if is_whole else f"{first[: HEADING - 1]}…"


def filled_block(block: Block, facts: Mapping[str, str]) -> tuple[str, str, tuple[str, ...]]:
    """Title and text with the customer's facts in their places, and the names of what is missing."""
    title, text = fill(block.title, facts), fill(block.text, facts)
    return title.text, text.text, tuple(dict.fromkeys((*title.missing, *text.missing)))


def _situation(needs: Sequence[Said], phrases: Phrases) -> Proposed:
    lines = [_own_words(said, phrases) for said in needs]
    text = "\n\n".join([phrases.situation_text, *(line for line in lines if line)])
    return Proposed(
        "situation", BlockPart.SITUATION, phrases.situation, text,
        needs=tuple(said.wanted.need_id for said in needs), why=(Reason("from_needs", {"count": len(needs)}),),
    )  # fmt: skip


def _solving(
    said: Said, suggestions: Sequence[Suggestion], used: set[int], *, facts: Mapping[str, str], phrases: Phrases
) -> Proposed:
    """A block that the need's own words call for; one that is only about the same kind of thing, or shares a single word
    of a need of another kind, is offered, not drafted."""
    need_id = said.wanted.need_id
    solving = [one for one in suggestions if one.block.part == BlockPart.SOLUTION and one.block.item_id not in used]
    best = next((one for one in best_for(solving, need_id, limit=1) if one.met[0].is_close), None)
    opening = _own_words(said, phrases)
    why: tuple[Reason, ...] = (Reason("answers_need", {"kind": said.wanted.kind}),)
    missing: tuple[str, ...] = ()
    if best is None:
        text = phrases.unsolved
    else:
        used.add(best.block.item_id)
        _title, text, missing = filled_block(best.block, facts)
        why = (*why, *best.why)
    return Proposed(
        f"need-{need_id}", BlockPart.SOLUTION, heading_of(said.description), f"{opening}\n\n{text}",
        needs=(need_id,), block=best.block if best else None, why=why, missing=missing,
    )  # fmt: skip


def _of_part(
    part: BlockPart, suggestions: Sequence[Suggestion], used: set[int], *, facts: Mapping[str, str]
) -> Proposed | None:
    fitting = (one for one in suggestions if one.block.part == part and one.block.item_id not in used)
    best = next(fitting, None)
    if best is None:
        return None
    used.add(best.block.item_id)
    title, text, missing = filled_block(best.block, facts)
    needs = best.needs[:3] if part == BlockPart.VALUE else ()
    return Proposed(part.value, part, title, text, needs=needs, block=best.block, why=best.why, missing=missing)


def _own_words(said: Said, phrases: Phrases) -> str:
    """What he said of it, quoted; what lies behind it and what it costs him, as the list of needs has it."""
    if said.quotes:
        lines = [phrases.quoted % {"words": said.quotes[0].rstrip("。")}]
    else:
        lines = [phrases.noted % {"words": said.description.strip()[:QUOTE].rstrip("。")}]
    lines += [phrases.behind % {"pain": said.pain.strip().rstrip("。")}] if said.pain.strip() else []
    lines += [phrases.impact % {"impact": said.impact.strip().rstrip("。")}] if said.impact.strip() else []
    return "".join(lines)
