"""What a case or a piece of evidence proves in figures (S5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tuoke.spine.library.rules.content import CaseContent, Content, EvidenceContent
from tuoke.spine.library.rules.quantities import PERCENT, POINTS, Quantity, Sense, covers, quantities


def proof_quantities(content: Content) -> tuple[Quantity, ...]:
    """Every figure that it states, and what its measures gained: 42 分钟 → 29 分钟 is 13 分钟 and 30.95 %.

    Nothing for contents that prove nothing.
    """
    if isinstance(content, CaseContent):
        lines = (*content.measures, *content.figures, content.result, content.quote)
    elif isinstance(content, EvidenceContent):
        lines = (*content.figures, content.statement)
    else:
        return ()
    stated = (quantity for line in lines for quantity in quantities(line))
    return (*stated, *(gain for line in lines for gain in gains_of(line)))


def proves(contents: Iterable[Content], claim: Quantity) -> bool:
    """Does one of these contents cover the claim?"""
    return any(covers(figure, claim) for content in contents for figure in proof_quantities(content))


def gains_of(line: str) -> Iterator[Quantity]:
    """What a line of 前 → 后 gained: the difference, and its share of what was before."""
    sides = _sides(line)
    if sides is None:
        return
    before, after = sides
    gained = abs(after.low - before.low)
    if before.unit != after.unit or before.low != before.high or after.low != after.high or not gained:
        return
    unit = POINTS if before.unit == PERCENT else before.unit
    yield Quantity(line, 0, len(line), gained, gained, unit)
    if before.low:
        share = (100 * gained / before.low).quantize(Decimal("0.01"))
        yield Quantity(line, 0, len(line), share, share, PERCENT)


def _sides(line: str) -> tuple[Quantity, Quantity] | None:
    found = quantities(line)
    before = [quantity for quantity in found if quantity.sense is Sense.BEFORE]
    after = [quantity for quantity in found if quantity.sense is Sense.LEVEL]
    return (before[0], after[0]) if len(before) == len(after) == 1 else None
