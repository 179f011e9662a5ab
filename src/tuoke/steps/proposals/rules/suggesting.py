"""Which blocks of the library suit this customer's needs, and why (S5.1). Every reason is one that the screen can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.library.rules import BlockPart, emphasis_of, need_types_of

POINTS: Mapping[str, int] = {"words": 12, "type": 8, "usual": 5, "industry": 6, "scale": 3, "high": 2, "rigid": 2}
"""What a reason counts: the customer's own words before the kind of his need, that before what is usual (制造业 → 降本增效)."""

ANSWERING = (
    BlockPart.SOLUTION,
    BlockPart.VALUE,
    BlockPart.PLAN,
    BlockPart.SERVICE,
    BlockPart.DIFFERENCE,
    BlockPart.TERMS,
)
"""The parts in which a need can be answered; understanding it or citing others' cases answers nothing."""
FOR_A_NEED = frozenset({BlockPart.SOLUTION, BlockPart.VALUE})
"""Parts whose blocks are offered only where one of the needs asks for them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the library as it stands now. ``industry`` and ``scale`` are its tags, empty for all."""

    item_id: int
    version_id: int
    title: str
    part: str
    text: str
    need_types: tuple[str, ...] = ()
    need_words: tuple[str, ...] = ()
    priority: str = ""
    industry: str = ""
    scale: str = ""
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need to be answered, with the kinds that it was read as. Made by ``wanted``: its text is folded."""

    need_id: int
    text: str
    kind: str
    priority: str
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``why``: need_words(words), need_type(type), usual(industry), industry(industry), scale. ``needs`` best first."""

    block: Block
    points: int
    why: tuple[Reason, ...] = ()
    needs: tuple[int, ...] = field(default=())


def wanted(need_id: int, text: str, *, kind: str, priority: str) -> Wanted:
    return Wanted(need_id, text.casefold(), kind, priority, frozenset(need_types_of(text)))


def suggest(
    blocks: Iterable[Block], needs: Sequence[Wanted], *, industry: str, scale: str, taken: Set[int] = frozenset()
) -> list[Suggestion]:
    """What fits, best first, without the items that are ``taken``. ``industry`` is a section of ``INDUSTRIES``.

    A block tagged for another industry or size is left out, and so is a block of the solution or the value that none
    of these needs asks for.
    """
    found = [_weighed(block, needs, industry=industry, scale=scale) for block in blocks if block.item_id not in taken]
    fitting = [one for one in found if one is not None]
    return sorted(fitting, key=lambda one: (-one.points, one.block.is_example, one.block.item_id))


def best_for(suggestions: Iterable[Suggestion], need_id: int, *, limit: int) -> list[Suggestion]:
    """Those for one need, as they are ordered."""
    return [one for one in suggestions if need_id in one.needs][:limit]


def _weighed(block: Block, needs: Sequence[Wanted], *, industry: str, scale: str) -> Suggestion | None:
    if (block.industry and block.industry != industry) or (block.scale and scale and block.scale != scale):
        return None
    why, met, points = _by_needs(block, needs)
    usual = [kind.value for kind in emphasis_of(industry) if kind.value in block.need_types]
    if block.part in FOR_A_NEED and not met and (needs or not usual):
        return None
    if usual:
        why, points = [*why, Reason("usual", {"industry": industry, "types": usual})], points + POINTS["usual"]
    if block.industry:
        why, points = [*why, Reason("industry", {"industry": block.industry})], points + POINTS["industry"]
    if block.scale and scale:
        why, points = [*why, Reason("scale", {"scale": block.scale})], points + POINTS["scale"]
    points += POINTS["high"] if block.priority == "high" else 0
    return Suggestion(block, points, tuple(why), met)


def _by_needs(block: Block, needs: Sequence[Wanted]) -> tuple[list[Reason], tuple[int, ...], int]:
    """The reasons that lie in the needs, the needs concerned (best first), and what the best of them counts."""
    words: dict[str, None] = {}
    types: dict[str, None] = {}
    scored: list[tuple[int, int]] = []
    for need in needs:
        hits = [word for word in block.need_words if word.casefold() in need.text]
        alike = [kind for kind in block.need_types if kind in need.types]
        if not hits and not alike:
            continue
        words |= dict.fromkeys(hits)
        types |= dict.fromkeys(alike)
        points = POINTS["words"] * min(len(hits), 3) + (POINTS["type"] if alike else 0)
        scored.append((points + (POINTS["rigid"] if need.kind == "rigid" else 0), need.need_id))
    scored.sort(key=lambda one: -one[0])
    why = [Reason("need_words", {"words": list(words)[:4]})] if words else []
    why += [Reason("need_type", {"types": list(types)})] if types else []
    return why, tuple(need_id for _points, need_id in scored), scored[0][0] if scored else 0
