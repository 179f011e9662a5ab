"""What a text promises in figures, and whether the evidence reaches it (S5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuoke.spine.library.rules import YUAN, BlockPart, Quantity, covers, quantities

_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_QUOTE = re.compile(r"“[^”\n]{0,300}”|「[^」\n]{0,300}」")
_PROMISE = re.compile(
    "提升|提高|增加|增长|上升|升到|升至|提到|降低|降到|降至|下降|减少|缩短|压缩|压到|节省|节约|省下|省出|省掉|达到|达成|实现|"
    "保证|承诺|确保|保障|预计|可以|能够|能在|能把|能将|就能|以内|之内|不超过|不到|完成|交付|上线|回本|响应|到场|恢复|翻倍|超过"
)
"""Words that promise something: beside one of them the customer's own figure is our promise, too."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A quantity that we promise; ``start`` and ``end`` are its place in the text, ``sentence`` what it stands in."""

    quantity: Quantity
    start: int
    end: int
    sentence: str

    @property
    def text(self) -> str:
        return self.quantity.text


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of a proof; ``ref`` is the id of the library version that they stand in."""

    ref: int
    figures: tuple[Quantity, ...]


def claims_in(text: str, *, own: Iterable[Quantity] = (), part: str = "") -> tuple[Claim, ...]:
    """Every quantity that this text promises, in its order.

    ``own`` are figures that the customer gave us: said again as his present state they are no promise, said with a
    word of promise (降到, 以内 …) they are. In “quotation marks” they are his words. Our prices (``part`` terms)
    are an offer, no promise.
    """
    his = {_key(quantity) for quantity in own}
    quoted = [match.span() for match in _QUOTE.finditer(text)]
    found = []
    for quantity in quantities(text):
        if not quantity.is_promise or (part == BlockPart.TERMS and quantity.unit.startswith(YUAN)):
            continue
        sentence = _around(text, quantity)
        if _key(quantity) in his and (_within(quantity, quoted) or not _PROMISE.search(sentence)):
            continue
        found.append(Claim(quantity, quantity.start, quantity.end, sentence.strip()))
    return tuple(found)


def covering(claim: Claim, proofs: Sequence[Evidence]) -> int:
    """The ``ref`` of the first proof with a figure that reaches the claim; 0 where none does."""
    return next((p.ref for p in proofs if any(covers(figure, claim.quantity) for figure in p.figures)), 0)


def uncovered(claims: Iterable[Claim], proofs: Sequence[Evidence]) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if not covering(claim, proofs))


def figures_of(texts: Iterable[str]) -> tuple[Quantity, ...]:
    return tuple(quantity for text in texts for quantity in quantities(text))


def _key(quantity: Quantity) -> tuple[object, ...]:
    """Whether it is said to be per month or not depends on the words around it: the figure is the same."""
    return quantity.unit.split("/")[0], quantity.low, quantity.high


def _within(quantity: Quantity, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= quantity.start and quantity.end <= end for start, end in spans)


def _around(text: str, quantity: Quantity) -> str:
    """The clause that the quantity stands in."""
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, quantity.start)), default=0)
    after = _CLAUSE.search(text, quantity.end)
    return text[start : after.start() if after else len(text)]
