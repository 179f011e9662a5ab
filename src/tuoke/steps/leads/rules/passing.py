"""What the passing of days changes: which expected purchases have come so much nearer that a score may be another.

Urgency and tier look at a purchase by whole calendar months (``months_until``), so nothing changes within a month, and
in a new one only what crosses one of the limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tuoke.steps.leads.rules.scoring import URGENCY
from tuoke.steps.targeting.rules import ProfileContent


def limits_of(profiles: Iterable[ProfileContent]) -> frozenset[int]:
    """The months ahead after which a purchase counts otherwise, by any of these profiles."""
    fixed = {limit for limit, _, _ in URGENCY if limit is not None}
    return frozenset({-1, *fixed, *(profile.watch_after_months for profile in profiles)})


def crossed(since: date, today: date, limits: Iterable[int]) -> list[tuple[date, date]]:
    """Expected purchases from the first day up to before the second that crossed a limit since then, for each limit."""
    if _month(today) == _month(since):
        return []
    earlier, later = sorted((_month(since), _month(today)))
    return [(_first_of(earlier + limit + 1), _first_of(later + limit + 1)) for limit in sorted(set(limits))]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
