"""Calendar files as every calendar program reads them (RFC 5545): feeds to subscribe to, invitations to send (F2, S3.4).

Times are written in UTC, which is the same moment in every program; the calendar's own zone is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

PRODUCT = "-//Tuoke//Tuoke//ZH"
USUAL_LENGTH = timedelta(minutes=30)
REFRESH = timedelta(minutes=15)


class Method(StrEnum):
    PUBLISH = "PUBLISH"  # a feed, or a file to keep
    REQUEST = "REQUEST"  # an invitation that is answered
    CANCEL = "CANCEL"  # takes an invitation back


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a calendar. ``starts`` is an aware time, or a day for what has none.

    ``uid`` is the same for ever; ``sequence`` grows with every change, so that programs know the newer one.
    ``remind`` is how long before the start the program rings, None for never.
    """

    uid: str
    title: str
    starts: datetime | date
    changed_at: datetime
    minutes: int | None = None
    place: str = ""
    note: str = ""
    url: str = ""
    sequence: int = 0
    organizer: Person | None = None
    guests: tuple[Person, ...] = ()
    remind: timedelta | None = None


def calendar_file(entries: Iterable[Entry], *, name: str, zone: str, method: Method = Method.PUBLISH) -> bytes:
    """UTF-8, lines folded and ended as the standard wants. ``zone`` is the IANA name of the company's time zone."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    calendar.add("x-wr-calname", _line(name))
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, method))
    return bytes(calendar.to_ical())


def _event(entry: Entry, method: Method) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", _line(entry.title))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    _put_time(event, entry)
    for field, text in (("location", entry.place), ("description", _clean(entry.note)), ("url", entry.url)):
        if text:
            event.add(field, text if field == "description" else _line(text))
    if entry.organizer:
        event.add("organizer", _address(entry.organizer))
    for guest in entry.guests:
        event.add("attendee", _address(guest, rsvp=method is Method.REQUEST))
    if entry.remind is not None and method is not Method.CANCEL:
        event.add_component(_alarm(entry))
    return event


def _put_time(event: Event, entry: Entry) -> None:
    """What has a time blocks it; a whole day only reminds and leaves the day free."""
    if isinstance(entry.starts, datetime):
        length = timedelta(minutes=entry.minutes) if entry.minutes else USUAL_LENGTH
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", (entry.starts + length).astimezone(UTC))
        event.add("transp", "OPAQUE")
        return
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.starts + timedelta(days=1))
    event.add("transp", "TRANSPARENT")


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _line(entry.title))
    alarm.add("trigger", -(entry.remind or timedelta()))
    return alarm


def _address(person: Person, *, rsvp: bool = False) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(_line(person.name).replace('"', ""))
    if rsvp:
        address.params["ROLE"] = vText("REQ-PARTICIPANT")
        address.params["RSVP"] = vText("TRUE")
    return address


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Without the control characters that no calendar may hold; line breaks stay."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")
