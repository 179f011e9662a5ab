"""跟进频次 (S2.5): when a party is due, and when it goes back to the pool. Plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from tuoke.services.calendar.rules import Workdays
from tuoke.steps.leads.rules.pool import PoolPolicy


class Dates(NamedTuple):
    """``due_on``: the day by which it is to be contacted. ``recycle_on``: the day on which it goes back."""

    due_on: date | None = None
    recycle_on: date | None = None


NEVER = Dates()


class Cadence:
    """The dates that follow from a tier and the day since which the clock runs. Keep one for a whole run."""

    def __init__(self, policy: PoolPolicy, workdays: Workdays) -> None:
        self.policy = policy
        self.workdays = workdays
        self._known: dict[tuple[str, date], Dates] = {}

    def dates(self, tier: str, since: date | None) -> Dates:
        """Nobody is judged by a day that isn't known."""
        if since is None:
            return NEVER
        known = self._known.get((tier, since))
        if known is None:
            known = self._known[tier, since] = self._worked_out(tier, since)
        return known

    def latest_overdue(self, tier: str, today: date) -> date | None:
        """The last day since which the clock may run for ``recycle_on`` to be ``today`` or earlier.

        The same rule, read backwards: so that a database can say at once which of a million rows it takes.
        """
        after = self.policy.pace(tier).recycle_after
        if after is None:
            return None
        last = self.workdays.add(today + timedelta(days=1), -(after + 1)) - timedelta(days=1)
        start = self.policy.counts_from
        return None if start is not None and start > last else last

    def _worked_out(self, tier: str, since: date) -> Dates:
        pace = self.policy.pace(tier)
        due_on = self.workdays.add(since, pace.touch_every) if pace.touch_every else None
        recycle_on = None
        if pace.recycle_after:
            start = max(since, self.policy.counts_from or since)
            recycle_on = self.workdays.add(start, pace.recycle_after + 1)  # the whole last day is still his
        return Dates(due_on, recycle_on)
