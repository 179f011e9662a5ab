"""Working days against what the State Council announced (国办发明电) and against counting day by day."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.services.calendar.rules import CompanyDay, Kind, Workdays, days_of

PLAIN = Workdays()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))

FREE_2025 = [
    *days_of(date(2025, 1, 28), date(2025, 2, 4)), *days_of(date(2025, 4, 4), date(2025, 4, 6)),
    *days_of(date(2025, 5, 1), date(2025, 5, 5)), *days_of(date(2025, 5, 31), date(2025, 6, 2)),
    *days_of(date(2025, 10, 1), date(2025, 10, 8)), date(2025, 1, 1),
]  # fmt: skip
WORKED_2025 = [date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)]
FREE_2026 = [
    *days_of(date(2026, 1, 1), date(2026, 1, 3)), *days_of(date(2026, 2, 15), date(2026, 2, 23)),
    *days_of(date(2026, 4, 4), date(2026, 4, 6)), *days_of(date(2026, 5, 1), date(2026, 5, 5)),
    *days_of(date(2026, 6, 19), date(2026, 6, 21)), *days_of(date(2026, 9, 25), date(2026, 9, 27)),
    *days_of(date(2026, 10, 1), date(2026, 10, 7)),
]  # fmt: skip
WORKED_2026 = [
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
]  # fmt: skip


@pytest.mark.parametrize(("year", "free", "worked"), [(2025, FREE_2025, WORKED_2025), (2026, FREE_2026, WORKED_2026)])
def test_a_year_is_as_announced(year, free, worked):
    for day in days_of(date(year, 1, 1), date(year, 12, 31)):
        expected = day in worked or (day.weekday() < 5 and day not in free)
        assert PLAIN.is_workday(day) is expected, day
    assert PLAIN.is_announced(year)


def test_a_weekend_that_is_worked_counts_and_a_long_holiday_does_not():
    assert PLAIN.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert PLAIN.add(date(2026, 10, 9), 1) == date(2026, 10, 10)  # a Saturday
    assert PLAIN.between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert PLAIN.add(date(2026, 10, 8), -1) == date(2026, 9, 30)


def test_nothing_ahead_is_today_if_it_is_worked():
    assert PLAIN.add(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert PLAIN.add(date(2026, 11, 21), 0) == date(2026, 11, 23)


@given(day=DAYS, n=st.integers(-600, 600))
def test_adding_is_counting_day_by_day(day, n):
    found, left, step = day, abs(n), 1 if n > 0 else -1
    while left or not (n or PLAIN.is_workday(found)):
        found += timedelta(days=step if n else 1)
        left -= bool(n) and PLAIN.is_workday(found)
    assert PLAIN.add(day, n) == found


@given(day=DAYS, n=st.integers(1, 600))
def test_between_is_the_other_way_round(day, n):
    later = PLAIN.add(day, n)
    assert PLAIN.between(day, later) == n
    assert PLAIN.between(later, day) == -n


def test_before_the_notice_the_days_of_law_are_free_and_it_says_so():
    assert not PLAIN.is_announced(2028)
    assert not PLAIN.is_workday(date(2028, 10, 2))
    assert not PLAIN.is_workday(date(2028, 1, 26))  # Spring Festival
    assert PLAIN.is_workday(date(2028, 3, 1))


def test_what_the_company_says_goes_before_the_state():
    own = Workdays(
        {
            date(2026, 11, 24): CompanyDay(is_workday=False, name="公司年会"),
            date(2026, 11, 28): CompanyDay(is_workday=True),
            date(2026, 10, 1): CompanyDay(is_workday=True, name="值班"),
        }
    )
    assert own.add(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert own.is_workday(date(2026, 11, 28))
    assert own.is_workday(date(2026, 10, 1))
    assert (own.day(date(2026, 11, 24)).kind, own.day(date(2026, 11, 24)).name) == (Kind.HOLIDAY, "公司年会")
    assert own.day(date(2026, 11, 28)).kind is Kind.WORKED_INSTEAD
    assert PLAIN.day(date(2026, 10, 10)).kind is Kind.WORKED_INSTEAD
    assert PLAIN.day(date(2026, 10, 1)).name == "国庆节"


def test_a_worked_weekend_that_was_entered_makes_the_year_announced():
    assert Workdays({date(2028, 1, 22): CompanyDay(is_workday=True)}).is_announced(2028)
    assert not Workdays({date(2028, 3, 1): CompanyDay(is_workday=True)}).is_announced(2028)


def test_the_ends_of_time_are_no_error():
    assert PLAIN.add(date.max, 5) == date.max
    assert PLAIN.add(date.min, -5) == date.min
    assert PLAIN.add(date(1900, 1, 1), 1) == date(1900, 1, 2)
    with pytest.raises(ValueError, match="working days"):
        PLAIN.add(date(2026, 1, 1), 10**9)


def test_it_is_cheap_to_ask():
    calendar = Workdays()
    calendar.add(date(2026, 1, 1), 300)
    begun = time.perf_counter()
    for n in range(20_000):
        calendar.add(date(2026, 1, 1) + timedelta(days=n % 300), n % 40)
    assert time.perf_counter() - begun < 1  # 50 µs each, on any machine; here it is about 1 µs
