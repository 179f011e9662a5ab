"""Years, quarters and months: what a goal is for. Plain dates in the company's time zone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FIRST_YEAR, LAST_YEAR = 2000, 2099
_YEAR, _QUARTER, _MONTH = (re.compile(p, re.ASCII) for p in (r"(\d{4})", r"(\d{4})Q([1-4])", r"(\d{4})-(\d{2})"))


class PeriodKind(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a quarter or a month. ``str()`` gives ``2026``, ``2026Q4``, ``2026-11``; ``read`` takes the same.

    ``number`` is the quarter (1-4) or the month (1-12), 0 for a year.
    """

    kind: PeriodKind
    year: int
    number: int = 0

    def __str__(self) -> str:
        if self.kind is PeriodKind.YEAR:
            return f"{self.year}"
        return f"{self.year}Q{self.number}" if self.kind is PeriodKind.QUARTER else f"{self.year}-{self.number:02}"

    @classmethod
    def read(cls, text: str) -> Period:
        """Raises ValueError for what is no period between 2000 and 2099."""
        if found := _YEAR.fullmatch(text):
            return _sound(cls(PeriodKind.YEAR, int(found[1])))
        if found := _QUARTER.fullmatch(text):
            return _sound(cls(PeriodKind.QUARTER, int(found[1]), int(found[2])))
        if found := _MONTH.fullmatch(text):
            return _sound(cls(PeriodKind.MONTH, int(found[1]), int(found[2])))
        raise ValueError(f"no period: {text[:20]!r}")

    @classmethod
    def year_of(cls, day: date) -> Period:
        return cls(PeriodKind.YEAR, day.year)

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        return cls(PeriodKind.QUARTER, day.year, (day.month + 2) // 3)

    @classmethod
    def month_of(cls, day: date) -> Period:
        return cls(PeriodKind.MONTH, day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self._months[0], 1)

    @property
    def last(self) -> date:
        """The last day that belongs to it."""
        month = self._months[-1]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def parts(self) -> tuple[Period, ...]:
        """What it is split over: a year over quarters, a quarter over months, a month over nothing."""
        if self.kind is PeriodKind.YEAR:
            return tuple(Period(PeriodKind.QUARTER, self.year, number) for number in range(1, 5))
        return self.months if self.kind is PeriodKind.QUARTER else ()

    @property
    def months(self) -> tuple[Period, ...]:
        return tuple(Period(PeriodKind.MONTH, self.year, number) for number in self._months)

    @property
    def whole(self) -> Period | None:
        """What it is a part of: a month of a quarter, a quarter of a year."""
        if self.kind is PeriodKind.YEAR:
            return None
        return Period.quarter_of(self.first) if self.kind is PeriodKind.MONTH else Period.year_of(self.first)

    @property
    def a_year_before(self) -> Period:
        return Period(self.kind, self.year - 1, self.number)

    @property
    def before(self) -> Period | None:
        """The one of its kind before it; None before 2000."""
        return self._moved(-1)

    @property
    def after(self) -> Period | None:
        return self._moved(1)

    def holds(self, other: Period) -> bool:
        """Does the other lie inside it, or is it the same?"""
        return self.first <= other.first and other.last <= self.last

    def meets(self, first: date, last: date) -> bool:
        """Does it share a day with those days?"""
        return self.first <= last and first <= self.last

    @property
    def _months(self) -> range:
        if self.kind is PeriodKind.YEAR:
            return range(1, 13)
        if self.kind is PeriodKind.QUARTER:
            return range(self.number * 3 - 2, self.number * 3 + 1)
        return range(self.number, self.number + 1)

    def _moved(self, by: int) -> Period | None:
        length = {PeriodKind.YEAR: 1, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 12}[self.kind]
        year, index = divmod(self.year * length + max(self.number - 1, 0) + by, length)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        return Period(self.kind, year, 0 if self.kind is PeriodKind.YEAR else index + 1)


def _sound(period: Period) -> Period:
    if not FIRST_YEAR <= period.year <= LAST_YEAR:
        raise ValueError(f"no year: {period.year}")
    if period.kind is PeriodKind.MONTH and not 1 <= period.number <= 12:
        raise ValueError(f"no month: {period.number}")
    return period
