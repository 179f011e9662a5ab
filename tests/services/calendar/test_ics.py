from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from tuoke.services.calendar.ics import Entry, Method, Person, calendar_file

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANGED = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def entry(**more: object) -> Entry:
    given = {"uid": "a1@tuoke", "title": "需求确认会", "starts": date(2026, 11, 26), "changed_at": CHANGED}
    return Entry(**(given | more))  # type: ignore[arg-type]


def read(*entries: Entry, method: Method = Method.PUBLISH) -> tuple[Calendar, list]:
    calendar = Calendar.from_ical(calendar_file(entries, name="王芳的日程", zone="Asia/Shanghai", method=method))
    return calendar, list(calendar.walk("VEVENT"))


def test_a_meeting_at_two_in_shanghai_is_at_six_utc():
    _calendar, [event] = read(entry(starts=datetime(2026, 11, 26, 14, 0, tzinfo=SHANGHAI), minutes=45))
    assert event.decoded("dtstart") == datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=45)
    assert event["transp"] == "OPAQUE"


def test_without_a_length_it_takes_half_an_hour():
    _calendar, [event] = read(entry(starts=datetime(2026, 11, 26, 23, 50, tzinfo=SHANGHAI)))
    assert event.decoded("dtend") == datetime(2026, 11, 26, 16, 20, tzinfo=UTC)


def test_what_has_only_a_day_takes_the_day_and_leaves_it_free():
    _calendar, [event] = read(entry())
    assert event.decoded("dtstart") == date(2026, 11, 26)
    assert event.decoded("dtend") == date(2026, 11, 27)
    assert event["transp"] == "TRANSPARENT"


def test_chinese_commas_line_breaks_and_emoji_come_back_as_they_went():
    said = "第一行，含逗号; 分号\n第二行 \\ 反斜杠 🚀" + "长" * 200
    _calendar, [event] = read(entry(title="电话，华瑞；精密 🚀", note=said, place="会议室 3，A 座"))
    assert str(event["summary"]) == "电话，华瑞；精密 🚀"
    assert str(event["description"]) == said
    assert str(event["location"]) == "会议室 3，A 座"


def test_a_text_cannot_open_a_line_of_its_own():
    written = calendar_file([entry(title="x\r\nATTENDEE:mailto:a@b.c\x00")], name="n\r\nX-EVIL:1", zone="Asia/Shanghai")
    names = [line.split(b":")[0].split(b";")[0] for line in written.split(b"\r\n")]
    assert b"ATTENDEE" not in names
    assert b"X-EVIL" not in names
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


def test_an_invitation_names_who_asks_and_who_is_asked():
    calendar, [event] = read(
        entry(
            organizer=Person("王芳", "wang.fang@example.com"),
            guests=(Person("陈 主管", "chen@example.com"),),
            sequence=3,
            remind=timedelta(minutes=15),
        ),
        method=Method.REQUEST,
    )
    assert calendar["method"] == "REQUEST"
    assert str(event["organizer"]) == "mailto:wang.fang@example.com"
    assert event["attendee"].params["CN"] == "陈 主管"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert event["sequence"] == 3
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(minutes=-15)


def test_taking_an_invitation_back_says_so():
    calendar, [event] = read(entry(), method=Method.CANCEL)
    assert calendar["method"] == "CANCEL"
    assert event["status"] == "CANCELLED"
