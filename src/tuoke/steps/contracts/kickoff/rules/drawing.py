"""Where everything stands in a Gantt chart: plain numbers, whatever draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tuoke.services.calendar.rules import Workdays
from tuoke.steps.contracts.kickoff.rules.schedule import Span

ROW, BAR, HEAD = 36, 20, 44
LEAD, TRAIL = 3, 10
"""Days left free before the first and behind the last line."""
LONG = 3 * 366
"""A plan longer than this is drawn by months, its free days unshaded."""


class Zoom(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


PIXELS = {Zoom.DAY: 26, Zoom.WEEK: 9, Zoom.MONTH: 3}


@dataclass(frozen=True, slots=True)
class Drawing:
    """``bars``: x and width, by place; ``ticks`` and ``months``: x of days that are named above."""

    first: date
    zoom: Zoom
    days: int
    bars: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, date], ...]
    ticks: tuple[tuple[int, date], ...]
    free: tuple[tuple[int, int], ...]
    arrows: tuple[str, ...]
    today: int | None

    @property
    def pixels(self) -> int:
        return PIXELS[self.zoom]

    @property
    def width(self) -> int:
        return self.days * self.pixels

    @property
    def height(self) -> int:
        return HEAD + len(self.bars) * ROW


def fitting(spans: Iterable[Span]) -> Zoom:
    """How a plan is looked at best before somebody says otherwise."""
    spans = list(spans)
    if not spans:
        return Zoom.DAY
    days = (max(span.ends_on for span in spans) - min(span.starts_on for span in spans)).days
    return Zoom.DAY if days <= 45 else Zoom.WEEK if days <= 300 else Zoom.MONTH


def drawn(
    spans: Sequence[Span], links: Iterable[tuple[int, int]], *, zoom: Zoom, today: date, calendar: Workdays
) -> Drawing:
    """``links`` name places in ``spans``: the second waits for the first."""
    starts, ends = [span.starts_on for span in spans] or [today], [span.ends_on for span in spans] or [today]
    first, last = min(starts) - timedelta(LEAD), max(ends) + timedelta(TRAIL)
    days = (last - first).days + 1
    zoom = Zoom.MONTH if days > LONG else zoom
    pixels = PIXELS[zoom]
    bars = tuple(
        ((span.starts_on - first).days * pixels, ((span.ends_on - span.starts_on).days + 1) * pixels) for span in spans
    )
    dates = [first + timedelta(n) for n in range(days)]
    return Drawing(
        first=first,
        zoom=zoom,
        days=days,
        bars=bars,
        months=tuple((n * pixels, day) for n, day in enumerate(dates) if day.day == 1 or n == 0),
        ticks=tuple((n * pixels, day) for n, day in enumerate(dates) if _is_named(day, zoom)),
        free=_free(dates, calendar) if days <= LONG else (),
        arrows=tuple(_arrow(bars, before, after) for before, after in links),
        today=(today - first).days * pixels if first <= today <= last else None,
    )


def share(span: Span, whole: Span) -> tuple[float, float]:
    """Where a line lies in the whole plan, of 100: its beginning and its length, never too short to be seen."""
    days = (whole.ends_on - whole.starts_on).days + 1
    length = max(((span.ends_on - span.starts_on).days + 1) / days * 100, 1.5)
    return round(min((span.starts_on - whole.starts_on).days / days * 100, 100 - length), 1), round(length, 1)


def _is_named(day: date, zoom: Zoom) -> bool:
    return zoom is Zoom.DAY or (zoom is Zoom.WEEK and day.weekday() == 0)


def _free(dates: Sequence[date], calendar: Workdays) -> tuple[tuple[int, int], ...]:
    """Neighbouring free days as one: place of the first day, and how many."""
    found: list[tuple[int, int]] = []
    for n, day in enumerate(dates):
        if calendar.is_workday(day):
            continue
        if found and sum(found[-1]) == n:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((n, 1))
    return tuple(found)


def _arrow(bars: Sequence[tuple[int, int]], before: int, after: int) -> str:
    """From the end of one bar to the beginning of another, in right angles."""
    x1, y1 = bars[before][0] + bars[before][1], HEAD + before * ROW + ROW // 2
    x2, y2 = bars[after][0], HEAD + after * ROW + ROW // 2
    if x2 >= x1 + 8:
        return f"M{x1} {y1}h4V{y2}H{x2}"
    between = y2 - ROW // 2 if y2 > y1 else y2 + ROW // 2
    return f"M{x1} {y1}h4V{between}H{x2 - 6}V{y2}H{x2}"
