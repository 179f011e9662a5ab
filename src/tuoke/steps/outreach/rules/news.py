"""What is new at a customer's, and for how long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tuoke.steps.outreach.rules.notes import EventKind

NEWS_DAYS = 180
"""How long one may begin a talk with it (近况)."""
STALE_DAYS = 90
"""Nothing newer than that: look again before calling."""


@dataclass(frozen=True, slots=True)
class News:
    kind: EventKind
    on: date
    title: str


def latest(news: Iterable[News], *, today: date) -> News | None:
    """The newest that a talk may begin with. What was bad for the customer is to be known, not to be said."""
    since = today - timedelta(days=NEWS_DAYS)
    fit = [one for one in news if one.kind is not EventKind.NEGATIVE and since <= one.on <= today and one.title.strip()]
    return max(fit, key=lambda one: one.on, default=None)


def said_day(day: date, *, today: date) -> str:
    """11月3日; with the year where it isn't this one. In Chinese: the texts of the library are."""
    said = f"{day.month}月{day.day}日"
    return said if day.year == today.year else f"{day.year}年{said}"
