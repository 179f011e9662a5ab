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
    good = [one for one in fresh(news, today=today) if one.kind is not EventKind.NEGATIVE]
    return max(good, key=lambda one: one.on, default=None)


def latest_by_kind(news: Iterable[News], *, today: date) -> dict[EventKind, News]:
    """The newest of each kind, bad news too: some openings are made for them, and speak of nothing else."""
    found: dict[EventKind, News] = {}
    for one in fresh(news, today=today):
        if one.kind not in found or found[one.kind].on < one.on:
            found[one.kind] = one
    return found


def fresh(news: Iterable[News], *, today: date) -> list[News]:
    since = today - timedelta(days=NEWS_DAYS)
    return [one for one in news if since <= one.on <= today and one.title.strip()]


def said_day(day: date, *, today: date) -> str:
    """11月3日; with the year where it isn't this one. In Chinese: the texts of the library are."""
    said = f"{day.month}月{day.day}日"
    return said if day.year == today.year else f"{day.year}年{said}"
