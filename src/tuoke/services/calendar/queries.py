from __future__ import annotations

from datetime import date
from functools import lru_cache

from tuoke.services.calendar import models, rules
from tuoke.services.calendar.rules import Workdays


def workdays() -> Workdays:
    """The calendar as it stands now: one small query. What was worked out before is kept as long as nothing changes."""
    return _workdays(tuple(models.CompanyDay.objects.values_list("day", "is_workday", "name")))


def company_days(year: int) -> list[models.CompanyDay]:
    return list(models.CompanyDay.objects.filter(day__year=year))


@lru_cache(maxsize=8)
def _workdays(exceptions: tuple[tuple[date, bool, str], ...]) -> Workdays:
    return Workdays({day: rules.CompanyDay(is_workday, name) for day, is_workday, name in exceptions})
