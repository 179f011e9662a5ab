"""The only ways in which packages above reach down into the playbook. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.playbook.models import PlaybookVersion


@dataclass(frozen=True, slots=True)
class OpenWish:
    """An improvement that somebody proposes for a step or one of its items; ``url`` where it is read and decided."""

    key: str
    text: str
    url: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """How many running cases are on a version, and how many in all, as far as one may see cases."""

    running: int
    all: int


# Told in the transaction that publishes a version; its wishes (``version.wishes``) are what was written into it.
on_published: list[Callable[[PlaybookVersion, Principal, datetime], None]] = []
# Told in the transaction that gives a draft up, and in the one that takes it up again.
on_discarded: list[Callable[[PlaybookVersion, Principal, datetime], None]] = []
on_resumed: list[Callable[[PlaybookVersion, Principal, datetime], None]] = []
# Improvements that are open for these keys (a step's and those of its items; empty: the whole process): shown beside the editor.
wishes: list[Callable[[Principal, Sequence[str]], Sequence[OpenWish]]] = []
# How many cases each of these versions (their ids) has, for those who may see cases; empty for others.
uses: list[Callable[[Principal, Sequence[int]], Mapping[int, Use]]] = []
# Where running cases are moved to a newly published version, for those who may.
move_url: list[Callable[[PlaybookVersion], str]] = []
# How many running cases stay on other versions when this one is published: a number, and nothing of the cases.
left_behind: list[Callable[[PlaybookVersion], int]] = []
