"""The order of the questions in an outline: by dimension, and in it as somebody put them."""

from __future__ import annotations

from collections.abc import Sequence


def reordered(before: Sequence[int], order: Sequence[int]) -> list[int] | None:
    """``before`` in the order that was asked for; what it doesn't name keeps its place among the others.

    None where it names something unknown, or one thing twice.
    """
    wanted = set(order)
    if len(wanted) != len(order) or not wanted <= set(before):
        return None
    following = iter(order)
    return [next(following) if one in wanted else one for one in before]


def moved(before: Sequence[int], one: int, *, by: int) -> list[int]:
    """``one`` so many places later (earlier where ``by`` is negative); at the end it stays."""
    order = list(before)
    here = order.index(one)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return order
