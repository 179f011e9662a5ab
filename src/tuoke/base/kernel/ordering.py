"""Lists that people put in order."""

from __future__ import annotations

from collections.abc import Sequence


def moved(keys: Sequence[int], key: int, *, to: int) -> tuple[int, ...]:
    """The order with one of them at place ``to`` (from 0; beyond the end means last)."""
    rest = [other for other in keys if other != key]
    place = max(0, min(to, len(rest)))
    return (*rest[:place], key, *rest[place:])


def in_line(keys: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...]:
    """``wanted`` as far as it names what is there, then what it doesn't name, in its own order."""
    named = [key for key in dict.fromkeys(wanted) if key in keys]
    return (*named, *(key for key in keys if key not in named))
