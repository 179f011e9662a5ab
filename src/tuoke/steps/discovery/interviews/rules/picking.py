"""Which questions of the bank make an outline by one press (S4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from tuoke.spine.library.rules import Dimension

LEAST, MOST = 2, 3
"""Questions in each dimension: two, and a third where it is made for just this industry, role or size."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of the bank: ``is_special`` where a tag of its own matches the customer."""

    key: int
    dimension: str
    is_special: bool = False


def suggested(bank: Iterable[Choice], *, taken: Set[int] = frozenset(), standing: Iterable[str] = ()) -> list[int]:
    """The keys to add, dimension by dimension, the best fitting first; ``bank`` comes in that order.

    What is ``taken`` isn't offered again; ``standing`` are the dimensions of the questions that stand already.
    """
    stock, found = list(bank), list(standing)
    return [key for dimension in Dimension for key in _of(dimension, stock, taken, found.count(dimension))]


NAMES = ("客户名称", "联系人", "称呼")
"""Facts that name one customer: they don't belong into a question for all."""


def unnamed(text: str, facts: Mapping[str, str]) -> str:
    """The text with the customer's names as placeholders again, the longest first."""
    for place in sorted(NAMES, key=lambda name: -len(facts.get(name, ""))):
        if len(facts.get(place, "")) > 1:
            text = text.replace(facts[place], f"〔{place}〕")
    return text


def _of(dimension: Dimension, bank: list[Choice], taken: Set[int], standing: int) -> list[int]:
    free = [one for one in bank if one.dimension == dimension and one.key not in taken]
    first = free[: max(LEAST - standing, 0)]
    room = MOST - standing - len(first)
    special = [one for one in free[len(first) :] if one.is_special][: max(room, 0)]
    return [one.key for one in (*first, *special)]
