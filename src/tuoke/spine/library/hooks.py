"""What the rooms above hand down; filled in ``config/wiring.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tuoke.base.accounts.rules import Principal
from tuoke.spine.library.rules import Effect, effect

if TYPE_CHECKING:
    from tuoke.spine.library.models import Item, ItemVersion

effects: dict[str, Callable[[Sequence[int]], Mapping[int, Effect]]] = {}
"""By item kind: item ids → what came of using them, over all their versions; an item that was never used may be absent.

The same number of queries for any number of ids. ``effect(used=…, gained=…)`` adds the interval.
"""


@dataclass(frozen=True, slots=True)
class Use:
    """One place where an item was used, for the item's page."""

    text: str
    url: str
    at: datetime


uses: list[Callable[[Principal, int], Sequence[Use]]] = []
"""The latest places (at most ten) where an item was used that this person may see, newest first."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An improvement that somebody has taken up for an item: what the item is to say, and why (S8.3)."""

    title: str
    text: str
    why: str
    url: str


wishes: list[Callable[[Principal, str, int | None], Sequence[Wish]]] = []
"""What this person has taken up for the item of this kind and id (None: for a new one); shown where he writes it."""

on_withdrawn: list[Callable[[Item, Principal, datetime], None]] = []
"""Called in the transaction that retires an item or says that it no longer holds: whoever rests on it is to be told."""

on_published: list[Callable[[ItemVersion, Principal, datetime], None]] = []
"""Called in the transaction in which an item says something new, with the version (its ``item`` loaded): a new item, a
variant, a revision; not for what ships. An improvement that led to it is carried out by it (S8.3)."""

__all__ = ["Effect", "Use", "Wish", "effect", "effects", "on_published", "on_withdrawn", "uses", "wishes"]
