"""Dates of a plan over working days (S7.2). Plain Python: no clock, no tables.

A task takes whole working days, both ends included. A milestone takes none: it falls at the end of its day. What waits
for something begins on the first working day after it (a milestone may fall on the same day), ``lag`` working days later.
What is done stays where it was; whatever waits for it counts from the day on which it really was done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tuoke.services.calendar.rules import Workdays


@dataclass(frozen=True, slots=True)
class Bar:
    """``days`` working days from ``starts_on`` on; 0 for a milestone."""

    key: int
    starts_on: date
    days: int
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """``after`` begins when ``before`` has ended, and ``lag`` working days have gone by."""

    before: int
    after: int
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Both days included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a plan has other dates. ``because``: the line that it waits for; None for what was changed itself."""

    key: int
    before: Span
    after: Span
    because: int | None = None


def end_of(starts_on: date, days: int, *, calendar: Workdays) -> date:
    return calendar.add(starts_on, days - 1) if days > 1 else starts_on


def span_of(bar: Bar, *, calendar: Workdays) -> Span:
    """A bar that begins on a free day begins on the next working day."""
    starts_on = calendar.add(bar.starts_on, 0)
    return Span(starts_on, end_of(starts_on, bar.days, calendar=calendar))


def days_of(span: Span, *, calendar: Workdays) -> int:
    """How many working days lie in it; at least one."""
    return max(calendar.between(calendar.add(span.starts_on, 0), span.ends_on) + 1, 1)


def earliest_after(ended_on: date, *, days: int, lag: int, calendar: Workdays) -> date:
    """The first day on which what takes ``days`` may begin after what ended then."""
    return calendar.add(ended_on, lag + (1 if days else 0))


def circle(links: Iterable[Link]) -> tuple[int, ...]:
    """The lines of one circle in which each waits for the one before it; empty where there is none."""
    following = _followers(links)
    state: dict[int, int] = {}
    for start in following:
        found = _walk(start, following, state)
        if found:
            return found
    return ()


def moved(
    bars: Mapping[int, Bar], links: Sequence[Link], changed: Sequence[Bar] = (), *, calendar: Workdays
) -> tuple[Move, ...]:
    """What gets other dates when ``changed`` take the place of the bars with their keys, in the order in which it follows.

    Only what would begin too early moves, and only as far as it must: room that the plan has is used up first. Afterwards
    nothing that isn't done begins before what it waits for. ``links`` have no circle.
    """
    wanted = dict(bars) | {bar.key: bar for bar in changed}
    because: dict[int, int | None] = dict.fromkeys(bar.key for bar in changed)
    after: dict[int, Span] = {}
    waits = _waits(links)
    for key in _ordered(wanted, links):
        bar, reason = wanted[key], None
        if bar.done_on is None:
            bar, reason = _pushed(bar, waits.get(key, ()), wanted, after, calendar)
        if reason is not None:
            wanted[key], because[key] = bar, reason
        after[key] = span_of(bar, calendar=calendar) if key in because else _stored(bar, calendar)
    return tuple(
        Move(key, _stored(bars[key], calendar), span, because[key])
        for key, span in after.items()
        if key in because and key in bars and _stored(bars[key], calendar) != span
    )


def earliest(
    key: int, bars: Mapping[int, Bar], links: Iterable[Link], *, calendar: Workdays
) -> tuple[date, int] | None:
    """The first day on which a line may begin, and for which other one it waits; None where it waits for none."""
    found = [
        (earliest_after(_ended(bars[link.before], calendar), days=bars[key].days, lag=link.lag, calendar=calendar), link.before)
        for link in links
        if link.after == key and link.before in bars
    ]  # fmt: skip
    return max(found, default=None)


def laid_out(
    starts_on: date, steps: Sequence[tuple[int, int]], links: Sequence[Link], *, calendar: Workdays
) -> tuple[Span, ...]:
    """The dates of a template's lines, forward from the plan's first day: for each its offset and days, both in working
    days; the links' keys are places in ``steps``. None begins before what it waits for."""
    bars = {
        place: Bar(place, calendar.add(starts_on, offset), days) for place, (offset, days) in enumerate(steps)
    }  # fmt: skip
    later = {move.key: move.after for move in moved(bars, links, calendar=calendar)}
    return tuple(later.get(place) or span_of(bar, calendar=calendar) for place, bar in bars.items())


def shifted(bars: Iterable[Bar], *, frm: date, to: date, calendar: Workdays) -> tuple[Bar, ...]:
    """A whole plan that begins on another day: what isn't done keeps its distance in working days."""
    by = calendar.between(calendar.add(frm, 0), calendar.add(to, 0))
    return tuple(
        replace(bar, starts_on=calendar.add(calendar.add(bar.starts_on, 0), by) if by else bar.starts_on)
        for bar in bars
        if bar.done_on is None
    )


def is_late(*, ends_on: date, done_on: date | None, today: date) -> bool:
    return done_on is None and ends_on < today


def _stored(bar: Bar, calendar: Workdays) -> Span:
    return Span(bar.starts_on, end_of(bar.starts_on, bar.days, calendar=calendar))


def _ended(bar: Bar, calendar: Workdays) -> date:
    return bar.done_on or span_of(bar, calendar=calendar).ends_on


def _pushed(
    bar: Bar, waits: Sequence[Link], wanted: Mapping[int, Bar], after: Mapping[int, Span], calendar: Workdays
) -> tuple[Bar, int | None]:
    reason = None
    for link in waits:
        if link.before not in after:
            continue
        ended = wanted[link.before].done_on or after[link.before].ends_on
        first = earliest_after(ended, days=bar.days, lag=link.lag, calendar=calendar)
        if first > bar.starts_on:
            bar, reason = replace(bar, starts_on=first), link.before
    return bar, reason


def _waits(links: Iterable[Link]) -> dict[int, list[Link]]:
    found: dict[int, list[Link]] = {}
    for link in links:
        found.setdefault(link.after, []).append(link)
    return found


def _followers(links: Iterable[Link]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for link in links:
        found.setdefault(link.before, []).append(link.after)
        found.setdefault(link.after, [])
    return found


def _ordered(bars: Mapping[int, Bar], links: Sequence[Link]) -> list[int]:
    """Each after all that it waits for."""
    following = _followers(link for link in links if link.before in bars and link.after in bars)
    open_ = dict.fromkeys(bars, 0)
    for waiting in following.values():
        for key in waiting:
            open_[key] += 1
    ready = deque(key for key, count in open_.items() if not count)
    ordered = []
    while ready:
        key = ready.popleft()
        ordered.append(key)
        for after in following.get(key, ()):
            open_[after] -= 1
            if not open_[after]:
                ready.append(after)
    if len(ordered) != len(bars):
        raise ValueError("the plan has a circle")
    return ordered


def _walk(start: int, following: Mapping[int, Sequence[int]], state: dict[int, int]) -> tuple[int, ...]:
    """Depth first without recursion; 1 on the way, 2 done with."""
    if state.get(start):
        return ()
    path, stack = [start], [iter(following[start])]
    state[start] = 1
    while stack:
        step = next(stack[-1], None)
        if step is None:
            state[path.pop()] = 2
            stack.pop()
        elif state.get(step) == 1:
            return tuple(path[path.index(step) :])
        elif not state.get(step):
            state[step] = 1
            path.append(step)
            stack.append(iter(following[step]))
    return ()
