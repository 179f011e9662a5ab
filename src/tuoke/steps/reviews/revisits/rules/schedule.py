"""When a customer is visited again (S8.2): monthly after he signed, once half a year after he chose somebody else."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.catalog.rules import Market, Scale

EVERY_LEAST, EVERY_MOST = 1, 24
FIRST_LEAST, FIRST_MOST = 1, 730
LASTS_MOST = 120
FARTHEST = timedelta(days=10 * 366)
LOST_AFTER_MONTHS = 6
SOON_DAYS = 2
"""So many days after a customer was dissatisfied somebody is to have spoken with him."""


class Occasion(StrEnum):
    WON = "won"  # 成交后定期回访
    LOST = "lost"  # 丢单后的一次问候


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``every_months`` 0: once. ``lasts_months`` None: as long as he is a customer."""

    every_months: int = 1
    first_after_days: int = 30
    lasts_months: int | None = None

    def faults(self) -> Verdict:
        verdict = YES
        if not EVERY_LEAST <= self.every_months <= EVERY_MOST:
            verdict &= no("every_out_of_range", field="every_months", least=EVERY_LEAST, most=EVERY_MOST)
        if not FIRST_LEAST <= self.first_after_days <= FIRST_MOST:
            verdict &= no("first_out_of_range", field="first_after_days", least=FIRST_LEAST, most=FIRST_MOST)
        if self.lasts_months is not None and not 1 <= self.lasts_months <= LASTS_MOST:
            verdict &= no("lasts_out_of_range", field="lasts_months", most=LASTS_MOST)
        return verdict


MONTHLY = Rhythm()
USUAL: Mapping[tuple[Market, Scale], Rhythm] = {
    (Market.TOB, Scale.LARGE): MONTHLY,
    (Market.TOB, Scale.SMALL): MONTHLY,
    (Market.TOC, Scale.LARGE): Rhythm(every_months=3, first_after_days=14, lasts_months=24),
    (Market.TOC, Scale.SMALL): Rhythm(every_months=3, first_after_days=14, lasts_months=24),
}
"""By customer type, until a manager says otherwise: a person is asked after two weeks, then once a quarter."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one deal's visits: ``first_on``, then every so many months, not after ``until_on``."""

    first_on: date
    every_months: int
    until_on: date | None = None

    def after(self, day: date) -> date | None:
        """The first day of the series later than ``day``; what lies between is left out, the series doesn't drift."""
        following: date | None = self.first_on
        if day >= self.first_on:
            following = self._after_first(day)
        if following is None or (self.until_on is not None and following > self.until_on):
            return None
        return following

    def _after_first(self, day: date) -> date | None:
        if not self.every_months:
            return None
        passed = (day.year - self.first_on.year) * 12 + day.month - self.first_on.month
        turn = max(passed // self.every_months, 0)
        following = months_later(self.first_on, turn * self.every_months)
        while following <= day:
            turn += 1
            following = months_later(self.first_on, turn * self.every_months)
        return following


def calendar_after_winning(won_on: date, rhythm: Rhythm, *, today: date) -> Calendar:
    """From the signature on. What would lie in the past, because the deal was entered late, is not asked for any more."""
    until = months_later(won_on, rhythm.lasts_months) if rhythm.lasts_months else None
    found = Calendar(won_on + timedelta(days=rhythm.first_after_days), rhythm.every_months, until)
    first = found.first_on if found.first_on >= today else found.after(today - timedelta(days=1))
    return Calendar(first or found.first_on, rhythm.every_months, until)


def calendar_after_losing(lost_on: date) -> Calendar:
    """One greeting, half a year later."""
    return Calendar(months_later(lost_on, LOST_AFTER_MONTHS), 0)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def may_be_due(due_on: date | None, *, today: date, field: str = "due_on") -> Verdict:
    if due_on is None:
        return no("due_missing", field=field)
    if due_on < today:
        return no("due_in_past", field=field, today=today.isoformat())
    return no("due_too_far", field=field, years=10) if due_on - today > FARTHEST else YES


def series_faults(*, first_on: date | None, every_months: int, until_on: date | None, today: date) -> Verdict:
    """Whether a deal's own series can be kept: days in order, months in range (0: once)."""
    verdict = may_be_due(first_on, today=today, field="first_on")
    if every_months and not EVERY_LEAST <= every_months <= EVERY_MOST:
        verdict &= no("every_out_of_range", field="every_months", least=EVERY_LEAST, most=EVERY_MOST)
    if until_on is not None and first_on is not None and until_on < first_on:
        verdict &= no("until_before_first", field="until_on", first=first_on.isoformat())
    elif until_on is not None and until_on - today > FARTHEST:
        verdict &= no("due_too_far", field="until_on", years=10)
    return verdict
