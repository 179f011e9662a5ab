"""Working days in China: public holidays, the days worked instead (调休), and a company's own exceptions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import holidays

NAME_LIMIT = 40
FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Years of which the library knows holidays; in others only weekends are free."""
MOST_DAYS = 10_000
"""So many working days, some forty years, may be counted on."""


class Kind(StrEnum):
    """What a day is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    WORKED_INSTEAD = "worked_instead"  # a weekend that is worked for a holiday (调休)


@dataclass(frozen=True, slots=True)
class CompanyDay:
    """What the company says about a day, whatever the state says."""

    is_workday: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    kind: Kind
    name: str = ""
    is_own: bool = False

    @property
    def is_workday(self) -> bool:
        return self.kind in (Kind.WORKDAY, Kind.WORKED_INSTEAD)


class Workdays:
    """Counts working days. Cheap to ask: each year is worked out once. Keep one for a whole run.

    ``exceptions`` are the company's own days. The State Council announces a year's holidays in the autumn before; until
    then, or until the library has learnt them, weekends and the days of law are free (``is_announced`` says which).
    """

    def __init__(self, exceptions: Mapping[date, CompanyDay] | None = None) -> None:
        self._exceptions = dict(exceptions or {})
        self._years: dict[int, tuple[int, ...]] = {}

    def is_workday(self, day: date) -> bool:
        year = self._year(day.year)
        place = bisect_left(year, day.toordinal())
        return place < len(year) and year[place] == day.toordinal()

    def add(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day`` (before it, where ``n`` is negative). 0 is the day itself, or the next
        working day. The end of time is not crossed: what lies behind it is the last (first) day there is."""
        if abs(n) > MOST_DAYS:
            raise ValueError(f"{n} working days")
        if n == 0:
            return day if self.is_workday(day) else self.add(day, 1)
        return self._ahead(day, n) if n > 0 else self._back(day, -n)

    def between(self, first: date, last: date) -> int:
        """How many working days have come since ``first``, up to and with ``last``; negative where it lies before.

        ``between(day, add(day, n)) == n`` for every ``n`` above 0.
        """
        if last < first:
            return -self.between(last, first)
        if first.year == last.year:
            year = self._year(first.year)
            return bisect_right(year, last.toordinal()) - bisect_right(year, first.toordinal())
        begun = self._year(first.year)
        whole = sum(len(self._year(year)) for year in range(first.year + 1, last.year))
        return (
            len(begun)
            - bisect_right(begun, first.toordinal())
            + whole
            + bisect_right(self._year(last.year), last.toordinal())
        )

    def is_announced(self, year: int) -> bool:
        """Is the year's arrangement known, to the library or because somebody entered a worked weekend of it?"""
        if year < 2001 or any(_is_weekend(day) for day in _state_of(year).worked):
            return True
        return any(
            day.year == year and found.is_workday and _is_weekend(day) for day, found in self._exceptions.items()
        )

    def day(self, day: date) -> Day:
        """What a day is and is called."""
        state = _state_of(day.year)
        own = self._exceptions.get(day)
        if own is not None:
            free = Kind.WEEKEND if _is_weekend(day) and not own.name else Kind.HOLIDAY
            worked = Kind.WORKED_INSTEAD if _is_weekend(day) else Kind.WORKDAY
            return Day(worked if own.is_workday else free, own.name, is_own=True)
        if day in state.worked:
            return Day(Kind.WORKED_INSTEAD)
        if day in state.free:
            return Day(Kind.HOLIDAY, state.free[day])
        return Day(Kind.WEEKEND if _is_weekend(day) else Kind.WORKDAY)

    def _ahead(self, day: date, n: int) -> date:
        year, place = day.year, bisect_right(self._year(day.year), day.toordinal()) - 1 + n
        while place >= len(self._year(year)):
            place -= len(self._year(year))
            year += 1
            if year > date.max.year:
                return date.max
        return date.fromordinal(self._year(year)[place])

    def _back(self, day: date, n: int) -> date:
        year, place = day.year, bisect_left(self._year(day.year), day.toordinal()) - n
        while place < 0:
            year -= 1
            if year < date.min.year:
                return date.min
            place += len(self._year(year))
        return date.fromordinal(self._year(year)[place])

    def _year(self, year: int) -> tuple[int, ...]:
        """The ordinals of the year's working days, in order."""
        known = self._years.get(year)
        if known is None:
            state = _state_of(year)
            days = (date.fromordinal(number) for number in _ordinals(year))
            known = tuple(day.toordinal() for day in days if self._works(day, state))
            self._years[year] = known
        return known

    def _works(self, day: date, state: _State) -> bool:
        own = self._exceptions.get(day)
        if own is not None:
            return own.is_workday
        return day in state.worked or not (_is_weekend(day) or day in state.free)


@dataclass(frozen=True, slots=True)
class _State:
    """What the state has arranged for a year."""

    free: Mapping[date, str]
    worked: frozenset[date]


@lru_cache(maxsize=256)
def _state_of(year: int) -> _State:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _State({}, frozenset())
    found = _china()(years=[year], language="zh_CN")
    free = {day: name for day, name in found.items() if day.year == year}
    worked = {day for day in found.weekend_workdays if day.year == year}
    return _State(free, frozenset(worked))


@cache
def _china() -> Any:
    """China's class alone: ``holidays`` itself would load two hundred countries for it, half a second and 20 MB each
    time that a process asks for its first date."""
    path = Path(holidays.__file__).with_name("countries") / "china.py"
    spec = spec_from_file_location("holidays_of_china", path)
    assert spec is not None  # a .py file always has one
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.China


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def _ordinals(year: int) -> range:
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    return range(first, last + 1)


def days_of(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
