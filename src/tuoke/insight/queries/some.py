"""The first of some rows, and whether there are more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

MOST = 30
FEW = 8

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Some(Generic[Row]):
    """The first of some rows, and whether there are more."""

    rows: list[Row]
    more: bool = False

    @property
    def count(self) -> int:
        """As many as are known; the template says 30+ where there are more."""
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


def some(rows: QuerySet[Row], *, limit: int = MOST) -> Some[Row]:
    return first_of(list(rows[: limit + 1]), limit=limit)


def first_of(rows: list[Row], *, limit: int) -> Some[Row]:
    """``rows`` holds one more than the limit where there are more."""
    return Some(rows[:limit], more=len(rows) > limit)
