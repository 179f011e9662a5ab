"""安静期 (S6.5): after an offer of ours the customer is left time to decide; a sign from him opens the way."""

from __future__ import annotations

from datetime import date

from tuoke.services.calendar.rules import Workdays

QUIET_DAYS = 3
"""Working days after the day of the offer."""


def last_quiet_day(offered_on: date, *, calendar: Workdays) -> date:
    return calendar.add(offered_on, QUIET_DAYS)


def is_quiet(day: date, *, offered_on: date, until: date) -> bool:
    """From the day of the offer on: who has just made it reads at once until when he waits."""
    return offered_on <= day <= until
