"""What can be a goal's metric. Filled in ``config/wiring.py``; a room whose records make a new metric adds its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Principal
from tuoke.steps.targeting.goals.rules import CENT, ONE, Tally


@dataclass(frozen=True, slots=True)
class Slice:
    """Which records: of these days (both included), of a campaign or any, of departments or all, of a person or all."""

    first: date
    last: date
    campaign_id: int | None = None
    department_ids: frozenset[int] | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A record behind a figure, as the list shows it."""

    title: str
    url: str
    on: date
    owner: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Source:
    """A metric and where its progress comes from.

    ``tally(slice)`` answers sums by month, department and person in one query, without practice. ``records(who, slice,
    skip, limit)`` lists the records behind the sums that ``who`` may see, newest first.
    """

    metric: str
    name: StrOrPromise
    help: StrOrPromise
    is_money: bool
    tally: Callable[[Slice], Iterable[Tally]]
    records: Callable[[Principal, Slice, int, int], Sequence[Counted]]

    @property
    def unit(self) -> Decimal:
        return CENT if self.is_money else ONE


sources: list[Source] = []
"""In the order in which screens show them."""
