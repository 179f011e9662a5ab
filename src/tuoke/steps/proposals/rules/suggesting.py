"""Which blocks of the library suit this customer's needs, and why (S5.1). Every reason is one that the screen can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

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
class Met:
    """How a block meets one need: by words of the need, by its kinds."""

    need_id: int
    points: int
    words: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def is_close(self) -> bool:
        """Said in the need's words, and more than one of them where it isn't of the same kind: 投诉 alone says nothing."""
        return len(self.words) > 1 or bool(self.words and self.types)

    @property
    def why(self) -> tuple[Reason, ...]:
        words = (Reason("need_words", {"words": list(self.words[:4])}),) if self.words else ()
        return (*words, Reason("need_type", {"types": list(self.types)})) if self.types else words


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``met`` are the needs that it meets, best first; ``why`` are the reasons that lie in the best of them, then those in
    the customer: need_words(words), need_type(types), usual(industry, types), industry(industry), scale(scale)."""

    block: Block
    points: int
    why: tuple[Reason, ...] = ()
    met: tuple[Met, ...] = ()

    @property
    def needs(self) -> tuple[int, ...]:
        return tuple(one.need_id for one in self.met)

    def for_need(self, need_id: int) -> Suggestion:
        """The same with this need's points and reasons in the place of the best one's."""
        best, this = self.met[0], next(one for one in self.met if one.need_id == need_id)
        rest = self.why[len(best.why) :]
        return Suggestion(self.block, self.points - best.points + this.points, (*this.why, *rest), (this,))


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
    """Those that can answer one need, by how well they meet just that."""
    meeting = [one.for_need(need_id) for one in suggestions if need_id in one.needs and one.block.part in ANSWERING]
    return sorted(meeting, key=lambda one: -one.points)[:limit]


def _weighed(block: Block, needs: Sequence[Wanted], *, industry: str, scale: str) -> Suggestion | None:
    if (block.industry and block.industry != industry) or (block.scale and scale and block.scale != scale):
        return None
    met = _by_needs(block, needs)
    usual = [kind.value for kind in emphasis_of(industry) if kind.value in block.need_types]
    if block.part in FOR_A_NEED and not met and (needs or not usual):
        return None
    why, points = (list(met[0].why), met[0].points) if met else ([], 0)
    if usual:
        why, points = [*why, Reason("usual", {"industry": industry, "types": usual})], points + POINTS["usual"]
    if block.industry:
        why, points = [*why, Reason("industry", {"industry": block.industry})], points + POINTS["industry"]
    if block.scale and scale:
        why, points = [*why, Reason("scale", {"scale": block.scale})], points + POINTS["scale"]
    points += POINTS["high"] if block.priority == "high" else 0
    return Suggestion(block, points, tuple(why), met)


def _by_needs(block: Block, needs: Sequence[Wanted]) -> tuple[Met, ...]:
    """The needs that it meets, the best first; among equals the order of the list."""
    found = (_meeting(block, need) for need in needs)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.points))


def _meeting(block: Block, need: Wanted) -> Met | None:
    words = tuple(word for word in block.need_words if word.casefold() in need.text)
    types = tuple(kind for kind in block.need_types if kind in need.types)
    if not words and not types:
        return None
    points = POINTS["words"] * min(len(words), 3) + (POINTS["type"] if types else 0)
    return Met(need.need_id, points + (POINTS["rigid"] if need.kind == "rigid" else 0), words, types)
