from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.steps.contracts.teams.rules import (
    BookingDraft,
    ContactDraft,
    Every,
    IntroductionDraft,
    RhythmDraft,
    ShareDraft,
    Side,
    Use,
    Way,
    has_both_mains,
    held_on,
    may_be_booked,
    peak,
    slots,
    wanted,
)

TODAY = date(2026, 11, 23)  # a Monday
WEEKLY = RhythmDraft("周例会", Every.WEEK, TODAY, time(10), 30, 1, until=date(2027, 3, 1))


def workday(day):
    """Weekends and the first week of December are free."""
    return day.weekday() < 5 and not date(2026, 11, 30) <= day <= date(2026, 12, 6) and day != date(2026, 12, 7)


def test_nobody_has_more_than_all_of_his_time():
    taken = [Use(60, date(2026, 12, 1), date(2026, 12, 10)), Use(30, date(2026, 12, 8), date(2026, 12, 20))]
    assert may_be_booked(Use(40, date(2026, 12, 1), date(2026, 12, 7)), agreed=taken)
    refused = may_be_booked(Use(20, date(2026, 12, 1), date(2026, 12, 31)), agreed=taken)
    assert refused.codes == ("over_booked",)
    assert refused.reasons[0].params == {
        "field": "percent", "starts_on": "2026-12-08", "ends_on": "2026-12-10", "taken": 90, "free": 10,
    }  # fmt: skip


USES = st.lists(
    st.builds(
        lambda percent, start, length: Use(
            percent, TODAY + timedelta(days=start), TODAY + timedelta(days=start + length)
        ),
        st.integers(1, 100),
        st.integers(0, 40),
        st.integers(0, 30),
    ),
    max_size=8,
)


@given(USES)
def test_the_peak_is_what_the_worst_day_takes(uses):
    last = TODAY + timedelta(days=80)
    days = [TODAY + timedelta(days=n) for n in range(81)]
    by_day = [sum(use.percent for use in uses if use.starts_on <= day <= use.ends_on) for day in days]
    found = peak(uses, TODAY, last)
    assert found.percent == max(by_day)
    assert by_day[days.index(found.starts_on)] == found.percent


@pytest.mark.parametrize(
    ("draft", "codes"),
    [
        (BookingDraft(1, TODAY, TODAY, 100), ()),
        (BookingDraft(None, TODAY, date(2026, 11, 20), 0), ("person_missing", "percent_out_of_range", "ends_before_start", "already_past")),
        (BookingDraft(1, TODAY, date(2029, 1, 1), 50), ("booking_too_long",)),
        (BookingDraft(1, date(1, 1, 1), TODAY, -5, "x" * 201), ("percent_out_of_range", "day_odd", "booking_too_long", "too_long")),
    ],
)  # fmt: skip
def test_a_booking_makes_sense(draft, codes):
    assert draft.faults(today=TODAY).codes == codes


def test_every_rhythm_names_its_days():
    assert slots(WEEKLY, after=date(2026, 11, 22), most=2) == [TODAY, date(2026, 11, 30)]
    fortnight = RhythmDraft("例会", Every.FORTNIGHT, TODAY, time(10), 30, 1, until=date(2027, 3, 1), weekday=2)
    assert slots(fortnight, after=TODAY, most=2) == [date(2026, 11, 25), date(2026, 12, 9)]
    month = RhythmDraft("回顾", Every.MONTH, TODAY, time(10), 60, 1, until=date(2027, 3, 1), weekday=0)
    assert slots(month, after=TODAY, most=3) == [date(2026, 12, 28), date(2027, 1, 25), date(2027, 2, 22)]
    once = RhythmDraft("启动会", Every.ONCE, TODAY, time(14), 60, 1)
    assert slots(once, after=date(2026, 11, 22), most=4) == [TODAY]


def test_a_month_with_four_mondays_takes_the_last():
    fifth = RhythmDraft("回顾", Every.MONTH, date(2026, 11, 30), time(10), 60, 1, until=date(2027, 4, 1), weekday=0)
    assert slots(fifth, after=date(2026, 11, 30), most=2) == [date(2026, 12, 28), date(2027, 1, 25)]


def test_a_free_day_is_the_next_working_day_of_its_week_and_a_free_week_is_left_out():
    assert held_on(date(2026, 12, 7), every=Every.WEEK, is_workday=workday) == date(2026, 12, 8)
    assert held_on(date(2026, 11, 30), every=Every.WEEK, is_workday=workday) is None
    assert held_on(date(2026, 11, 30), every=Every.MONTH, is_workday=workday) == date(2026, 12, 8)


def test_so_many_meetings_stand_ahead_and_none_is_made_twice():
    first = wanted(WEEKLY, today=TODAY, known=(), is_workday=workday, ahead=3)
    assert [day for _slot, day in first] == [TODAY, date(2026, 12, 8), date(2026, 12, 14)]
    known = [slot for slot, _day in first]
    assert wanted(WEEKLY, today=TODAY, known=known, is_workday=workday, ahead=3) == []
    later = wanted(WEEKLY, today=date(2026, 11, 24), known=known, is_workday=workday, ahead=3)
    assert later == [(date(2026, 12, 21), date(2026, 12, 21))]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"until": None}, ("until_missing",)),
        ({"until": date(2026, 11, 1)}, ("ends_before_start",)),
        ({"until": date(2099, 1, 1)}, ("rhythm_too_long",)),
        ({"title": "", "weekday": 9, "minutes": 7, "owner_id": None}, ("title_missing", "weekday_odd", "minutes_odd", "owner_missing")),
    ],
)  # fmt: skip
def test_a_rhythm_makes_sense(change, codes):
    from dataclasses import replace

    assert replace(WEEKLY, **change).faults().codes == codes


def test_what_is_told_and_given_says_to_whom_and_when():
    letter = IntroductionDraft((), "团队", "〔称呼〕您好", Way.HAND, TODAY + timedelta(days=1))
    assert letter.faults(today=TODAY).codes == ("to_missing", "blank_left", "day_in_future")
    assert ShareDraft(None, Way.LINK).faults(phone_digits="", today=TODAY).codes == (
        "contact_missing",
        "expires_missing",
    )
    assert ShareDraft(1, Way.HAND).faults(phone_digits="", today=TODAY).codes == ("day_missing",)
    assert ContactDraft(Side.OURS, None, " ").faults().codes == ("person_missing", "role_missing")


def test_both_sides_have_a_main_contact():
    assert has_both_mains([("ours", True), ("theirs", True)])
    assert not has_both_mains([("ours", True), ("theirs", False)])
