"""Who works with whom, how much of whose time, how often one talks (S7.2). Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.rules import DAYS_LEAST, DAYS_MOST

ROLE_LIMIT, DUTY_LIMIT, NOTE_LIMIT, NAME_LIMIT = 60, 200, 1000, 80
SUBJECT_LIMIT, LETTER_LIMIT = 120, 5000
MOST_CONTACTS, MOST_BOOKINGS, MOST_RHYTHMS = 60, 100, 20
WHOLE = 100
"""A person has so much time: per cent."""
PERCENTS = (20, 40, 50, 60, 80, 100)
LONGEST_BOOKING = 730
MEETINGS_AHEAD = 4
"""So many meetings of a rhythm stand in the calendar at any time."""
LONGEST_RHYTHM = 1096
MINUTES = (15, 30, 45, 60, 90, 120)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
DAY = timedelta(days=1)
LINK_USUAL = timedelta(days=90)


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class BookingState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Every(StrEnum):
    """How often one meets."""

    ONCE = "once"  # 启动会
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


class Way(StrEnum):
    """How something was made known to the customer."""

    MAIL = "mail"  # sent from here
    LINK = "link"
    HAND = "hand"  # in person, on a call, in a group chat: noted with the day


class SharedState(StrEnum):
    """What the customer sees behind his link."""

    OPEN = "open"
    CLOSED = "closed"  # the deal is lost or void
    GONE = "gone"  # he isn't to be contacted any more


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Somebody of either side: a colleague or a contact of the customer. ``shows_phone``: the other side sees his number."""

    side: Side
    person_id: int | None
    role: str
    responsible_for: str = ""
    shows_phone: bool = True
    is_main: bool = False

    def faults(self) -> Verdict:
        """person_missing · role_missing · too_long · text_broken."""
        verdict = YES if self.person_id else no("person_missing", field="person")
        verdict &= _said(self.role, field="role", limit=ROLE_LIMIT)
        return verdict & text_fault(self.responsible_for, field="responsible_for", limit=DUTY_LIMIT)


@dataclass(frozen=True, slots=True)
class IntroductionDraft:
    """The prepared message that introduces the team. ``to``: contacts of the customer."""

    to: tuple[int, ...]
    subject: str
    text: str
    way: Way = Way.MAIL
    on: date | None = None
    channel: str = ""

    def faults(self, *, today: date) -> Verdict:
        """to_missing · subject_missing · text_missing · blank_left · day_missing · day_in_future · day_odd · too_long."""
        verdict = YES if self.to else no("to_missing", field="to")
        verdict &= _said(self.subject, field="subject", limit=SUBJECT_LIMIT)
        verdict &= _said(self.text, field="text", limit=LETTER_LIMIT)
        if "〔" in self.text or "〔" in self.subject:
            verdict &= no("blank_left", field="text")
        return verdict & handed_faults(self.on, today=today) if self.way is Way.HAND else verdict


@dataclass(frozen=True, slots=True)
class ShareDraft:
    """The plan for one person of the customer: by link until ``expires_on``, or handed over on ``on``."""

    contact_id: int | None
    way: Way = Way.LINK
    expires_on: date | None = None
    on: date | None = None
    message: str = ""
    challenge: bool = False

    def faults(self, *, phone_digits: str, today: date) -> Verdict:
        verdict = YES if self.contact_id else no("contact_missing", field="contact")
        verdict &= text_fault(self.message, field="message", limit=NOTE_LIMIT)
        if self.way is Way.HAND:
            return verdict & handed_faults(self.on, today=today)
        if self.expires_on is None:
            verdict &= no("expires_missing", field="expires_on")
        elif not DAYS_LEAST <= (self.expires_on - today).days <= DAYS_MOST:
            verdict &= no("expiry_out_of_range", field="expires_on", least=DAYS_LEAST, most=DAYS_MOST)
        return verdict & (no("phone_missing", field="challenge") if self.challenge and not phone_digits else YES)


@dataclass(frozen=True, slots=True)
class BookingDraft:
    """So much of a colleague's time from one day to another, both included."""

    user_id: int | None
    starts_on: date
    ends_on: date
    percent: int
    note: str = ""

    def faults(self, *, today: date) -> Verdict:
        """person_missing · percent_out_of_range · ends_before_start · booking_too_long · already_past · day_odd …"""
        verdict = YES if self.user_id else no("person_missing", field="user")
        if not 1 <= self.percent <= WHOLE:
            verdict &= no("percent_out_of_range", field="percent")
        verdict &= _day(self.starts_on, field="starts_on") & _day(self.ends_on, field="ends_on")
        if self.ends_on < self.starts_on:
            verdict &= no("ends_before_start", field="ends_on")
        elif (self.ends_on - self.starts_on).days >= LONGEST_BOOKING:
            verdict &= no("booking_too_long", field="ends_on", most=LONGEST_BOOKING)
        if self.ends_on < today:
            verdict &= no("already_past", field="ends_on", today=today.isoformat())
        return verdict & text_fault(self.note, field="note", limit=DUTY_LIMIT)


@dataclass(frozen=True, slots=True)
class Use:
    """So much of somebody's time is taken from one day to another."""

    percent: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the same is taken all along."""

    starts_on: date
    ends_on: date
    percent: int


@dataclass(frozen=True, slots=True)
class RhythmDraft:
    """One talks every so often. ``weekday`` 0 is Monday; ``starts_on`` is the first day from which it holds."""

    title: str
    every: Every
    starts_on: date
    at: time
    minutes: int
    owner_id: int | None
    until: date | None = None
    weekday: int = 0
    channel: str = ""
    place: str = ""
    contact_ids: tuple[int, ...] = ()

    def faults(self) -> Verdict:
        """title_missing · weekday_odd · until_missing · ends_before_start · rhythm_too_long · minutes_odd · day_odd …"""
        verdict = _said(self.title, field="title", limit=NAME_LIMIT) & _day(self.starts_on, field="starts_on")
        verdict &= text_fault(self.place, field="place", limit=DUTY_LIMIT)
        if not 0 <= self.weekday <= 6:
            verdict &= no("weekday_odd", field="weekday")
        if self.minutes not in MINUTES:
            verdict &= no("minutes_odd", field="minutes")
        if self.owner_id is None:
            verdict &= no("owner_missing", field="owner")
        return verdict if self.every is Every.ONCE else verdict & self._ends()

    def _ends(self) -> Verdict:
        if self.until is None:
            return no("until_missing", field="until")
        if self.until < self.starts_on:
            return no("ends_before_start", field="until")
        verdict = _day(self.until, field="until")
        if (self.until - self.starts_on).days > LONGEST_RHYTHM:
            verdict &= no("rhythm_too_long", field="until", most=LONGEST_RHYTHM)
        return verdict


def handed_faults(on: date | None, *, today: date) -> Verdict:
    """day_missing · day_in_future · day_odd."""
    if on is None:
        return no("day_missing", field="on")
    verdict = no("day_in_future", field="on", today=today.isoformat()) if on > today else YES
    return verdict & _day(on, field="on")


# How much of whose time


def stretches(uses: Iterable[Use], first: date, last: date) -> Iterator[Stretch]:
    """The time from ``first`` to ``last``, cut where what is taken changes."""
    changes: dict[date, int] = {first: 0}
    for use in uses:
        begin, end = max(use.starts_on, first), min(use.ends_on, last)
        if begin > end:
            continue
        changes[begin] = changes.get(begin, 0) + use.percent
        if end < last:
            changes[end + DAY] = changes.get(end + DAY, 0) - use.percent
    taken, days = 0, sorted(changes)
    for place, day in enumerate(days):
        taken += changes[day]
        until = days[place + 1] - DAY if place + 1 < len(days) else last
        yield Stretch(day, until, taken)


def peak(uses: Iterable[Use], first: date, last: date) -> Stretch:
    """When most is taken, and how much; the earliest such time."""
    return max(stretches(uses, first, last), key=lambda stretch: stretch.percent)


def may_be_booked(asked: Use, *, agreed: Iterable[Use]) -> Verdict:
    """Nobody has more than all of his time: over_booked (from, to, what is ``taken`` then and what is ``free``)."""
    most = peak(agreed, asked.starts_on, asked.ends_on)
    if most.percent + asked.percent <= WHOLE:
        return YES
    return no(
        "over_booked",
        field="percent",
        starts_on=most.starts_on.isoformat(),
        ends_on=most.ends_on.isoformat(),
        taken=most.percent,
        free=max(WHOLE - most.percent, 0),
    )


# How often one talks


def slots(draft: RhythmDraft, *, after: date, most: int) -> list[date]:
    """The days that the rhythm names, later than ``after``, at most so many; holidays aren't looked at here.

    Weekly: that weekday. Monthly: the weekday of the month in which it begins to hold (the second Tuesday …).
    """
    found: list[date] = []
    for day in _named(draft):
        if draft.until is not None and draft.every is not Every.ONCE and day > draft.until:
            break
        if day > after:
            found.append(day)
        if len(found) == most:
            break
    return found


def held_on(slot: date, *, every: Every, is_workday: Callable[[date], bool]) -> date | None:
    """The day on which that meeting is held: the slot, or where it is free the next working day of the same week (a
    month's meeting: of the next fortnight). None: the whole week is free, there is no meeting."""
    far = 14 if every in (Every.MONTH, Every.ONCE) else 7 - slot.weekday()
    return next((day for day in (slot + DAY * step for step in range(far)) if is_workday(day)), None)


def wanted(
    draft: RhythmDraft, *, today: date, known: Iterable[date], is_workday: Callable[[date], bool], ahead: int
) -> list[tuple[date, date]]:
    """(slot, day) of the meetings that are still to be made so that ``ahead`` of them stand before us. ``known`` are slots
    that were made already, whatever became of them: nothing is made twice."""
    made = set(known)
    coming = slots(draft, after=today - DAY, most=ahead + 4)
    held = [(slot, day) for slot in coming if (day := held_on(slot, every=draft.every, is_workday=is_workday))]
    return [(slot, day) for slot, day in held[:ahead] if slot not in made]


def has_both_mains(sides: Sequence[tuple[str, bool]]) -> bool:
    """Whether each side has its main contact."""
    return {side for side, is_main in sides if is_main} >= {Side.OURS.value, Side.THEIRS.value}


def _named(draft: RhythmDraft) -> Iterator[date]:
    if draft.every is Every.ONCE:
        yield draft.starts_on
        return
    first = draft.starts_on + DAY * ((draft.weekday - draft.starts_on.weekday()) % 7)
    if draft.every is not Every.MONTH:
        step = DAY * (7 if draft.every is Every.WEEK else 14)
        while True:
            yield first
            first += step
    nth, year, month = (first.day - 1) // 7, first.year, first.month
    while True:
        yield _nth_weekday(year, month, draft.weekday, nth)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of a month, the last one where it has fewer."""
    first = date(year, month, 1)
    day = first + DAY * ((weekday - first.weekday()) % 7 + 7 * nth)
    return day if day.month == month else day - DAY * 7


def _said(text: str, *, field: str, limit: int) -> Verdict:
    verdict = YES if text.strip() else no(f"{field}_missing", field=field)
    return verdict & text_fault(text, field=field, limit=limit)


def _day(day: date, *, field: str) -> Verdict:
    return YES if EARLIEST <= day <= LATEST else no("day_odd", field=field)
