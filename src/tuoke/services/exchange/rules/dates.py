"""Dates as Chinese offices and Excel write them. A missing year is never made up."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from tuoke.services.exchange.rules.cells import Cell, Problem, compact, unfit

Precision = Literal["day", "month"]


class Day(NamedTuple):
    """A date; with ``month`` precision it is the first of that month."""

    date: date
    precision: Precision


FIRST_YEAR, LAST_YEAR = 1900, 2199
SERIALS = range(20000, 80000)
"""Excel's day numbers that are taken as dates: 1954 to 2119. Smaller ones are years or counts."""

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # Excel knows no time zones
_CLOCK = r"(?:(?:[t, ]|(?<=[^0-9]))(?P<hour>[01]?\d|2[0-3])[:时](?P<minute>[0-5]?\d)(?:[:分](?P<second>[0-5]?\d)?(?:\.\d{1,9})?秒?)?(?:z|[+-]\d\d:?\d\d)?)?"
_WEEKDAY = r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_DAY = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/.年])(?P<month>\d{{1,2}})(?:[-/.月])(?P<day>\d{{1,2}})(?:日|号)?{_WEEKDAY}{_CLOCK}",
    re.ASCII,
)
_MONTH = re.compile(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})(?:月份?)?(?:初|底|末|上旬|中旬|下旬|左右)?", re.ASCII)
_COARSE = re.compile(r"\d{4}(?:年(?:度|初|底|末|内)?|年?(?:[上下]半年|第?[一二三四1-4]季度?|q[1-4]))?", re.ASCII)
_NO_YEAR = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}[日号]?)?(?:初|底|末|上旬|中旬|下旬|左右)?|\d{1,2}[-/.]\d{1,2}",
    re.ASCII,
)
_COMPACT = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)?", re.ASCII)


def day(cell: Cell) -> Day | Problem | None:
    """``2026年07月``, ``2026/7/1``, ``20260701``, an Excel date or serial. Times are dropped."""
    found = _read(cell)
    if isinstance(found, tuple):
        return Day(found[0].date(), found[1])
    return found


def moment(cell: Cell) -> datetime | Problem | None:
    """Date and time as written, without zone; midnight where only a day is given. A month is not enough."""
    found = _read(cell)
    if isinstance(found, tuple):
        return found[0] if found[1] == "day" else Problem("date_too_coarse", {"text": str(cell)})
    return found


Found = tuple[datetime, Precision]


def _read(cell: Cell) -> Found | Problem | None:
    if type(cell) is str:
        return _of_text(cell)
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return _within(cell.replace(tzinfo=None), "day")
    if isinstance(cell, date):
        return _within(datetime.combine(cell, time()), "day")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return unfit(cell, "date_unclear")
    return _of_number(cell)


@lru_cache(maxsize=8192)
def _of_text(cell: str) -> Found | Problem | None:
    folded = compact(cell, limit=60)
    if folded is None or isinstance(folded, Problem):
        return folded
    if found := _DAY.fullmatch(folded):
        clock = (int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
        return _built(folded, int(found["year"]), int(found["month"]), int(found["day"]), clock)
    if found := _MONTH.fullmatch(folded):
        return _built(folded, int(found["year"]), int(found["month"]))
    if found := _COMPACT.fullmatch(folded):
        return _built(folded, int(found["year"]), int(found["month"]), int(found["day"]) if found["day"] else None)
    if folded.isascii() and folded.isdigit() and len(folded) == 5 and int(folded) in SERIALS:
        return _of_number(int(folded))
    if _COARSE.fullmatch(folded):
        return Problem("date_too_coarse", {"text": folded})
    return Problem("date_year_missing" if _NO_YEAR.fullmatch(folded) else "date_unclear", {"text": folded})


def _of_number(value: int | float) -> Found | Problem:
    """A serial, a compact date or ``2026.7``. 2026.1 may have been 2026.10 before Excel took it for a number."""
    shown = repr(value)
    if isinstance(value, float) and FIRST_YEAR <= value <= LAST_YEAR + 1:
        return (
            Problem("date_unclear", {"text": shown})
            if shown.endswith(".1")
            else _of_text(shown) or Problem("date_unclear")
        )
    if 0 <= value < 10**6 and int(value) in SERIALS:
        return _EPOCH + timedelta(days=int(value), seconds=round((value % 1) * 86400)), "day"
    if isinstance(value, int) and (found := _COMPACT.fullmatch(shown[:20])):
        return _built(shown, int(found["year"]), int(found["month"]), int(found["day"]) if found["day"] else None)
    if isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR:
        return Problem("date_too_coarse", {"text": shown})
    return Problem("date_unclear", {"text": shown[:40]})


def _built(
    text: str, year: int, month: int, day: int | None = None, clock: tuple[int, int, int] = (0, 0, 0)
) -> Found | Problem:
    try:
        built = datetime(year, month, 1 if day is None else day, *clock)  # noqa: DTZ001  # local, as written
    except ValueError:
        return Problem("date_impossible", {"text": text})
    return _within(built, "month" if day is None else "day")


def _within(found: datetime, precision: Precision) -> Found | Problem:
    if found.year < FIRST_YEAR:
        return Problem("date_too_early", {"text": found.date().isoformat(), "first": FIRST_YEAR})
    if found.year > LAST_YEAR:
        return Problem("date_too_late", {"text": found.date().isoformat(), "last": LAST_YEAR})
    return found, precision
