"""When a customer is visited, what must be said, how he stands to us, who may leave (S8.2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tuoke.steps.reviews.revisits.rules import (
    Answer,
    Calendar,
    Cooperation,
    Level,
    Rhythm,
    Signs,
    SurveyDraft,
    Usage,
    VisitDraft,
    calendar_after_losing,
    calendar_after_winning,
    leaving,
    level_of,
    months_later,
    repeat_rate,
)
from tuoke.steps.reviews.revisits.rules.schedule import may_be_due, series_faults

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 23), 14, date(2028, 1, 23)),
    ],
)
def test_months_end_where_they_end(day, months, found):
    assert months_later(day, months) == found


def test_monthly_from_the_signature_without_drift():
    days = calendar_after_winning(date(2026, 11, 20), Rhythm(), today=TODAY)
    assert days.first_on == date(2026, 12, 20)
    assert days.after(TODAY) == date(2026, 12, 20)
    assert days.after(date(2026, 12, 20)) == date(2027, 1, 20)
    assert days.after(date(2027, 1, 27)) == date(2027, 2, 20)  # made a week late: the series stays where it was
    assert days.after(date(2027, 6, 1)) == date(2027, 6, 20)  # what was missed is left out


def test_the_last_of_a_month_comes_back_after_february():
    days = Calendar(date(2026, 12, 31), 1)
    assert days.after(date(2027, 2, 28)) == date(2027, 3, 31)


def test_what_was_signed_long_ago_is_not_asked_for_month_by_month():
    assert calendar_after_winning(date(2026, 1, 10), Rhythm(), today=TODAY).first_on == date(2026, 12, 9)


def test_a_series_ends():
    days = calendar_after_winning(date(2026, 11, 20), Rhythm(lasts_months=2), today=TODAY)
    assert days.after(date(2026, 12, 20)) == date(2027, 1, 20)
    assert days.after(date(2027, 1, 20)) is None


def test_one_greeting_half_a_year_after_losing():
    days = calendar_after_losing(date(2026, 8, 31))
    assert (days.first_on, days.after(days.first_on)) == (date(2027, 2, 28), None)


def test_every_fault_of_a_rhythm_and_of_a_series_is_said():
    assert Rhythm(0, 0, 999).faults().codes == ("every_out_of_range", "first_out_of_range", "lasts_out_of_range")
    faults = series_faults(first_on=TODAY - timedelta(1), every_months=99, until_on=date(2020, 1, 1), today=TODAY)
    assert faults.codes == ("due_in_past", "every_out_of_range", "until_before_first")
    assert series_faults(first_on=None, every_months=0, until_on=None, today=TODAY).codes == ("due_missing",)
    assert may_be_due(date(9999, 1, 1), today=TODAY).codes == ("due_too_far",)


def test_every_fault_of_a_visit_is_said():
    wrong = VisitDraft(date(2026, 11, 24), "pigeon", None, "  ", "lots", 11, "长" * 2001)
    assert wrong.faults(today=TODAY).codes == (
        "day_in_future", "channel_unknown", "usage_unknown", "usage_missing", "score_out_of_range",
        "score_without_person", "too_long",
    )  # fmt: skip
    assert VisitDraft(TODAY, "phone", 1, "天天用", "growing", 9).faults(today=TODAY)


def test_a_survey_asks_for_a_score_and_nothing_else():
    assert Answer(0).faults()
    assert Answer(None, {"usage": "hourly"}, "长" * 1001).faults().codes == (
        "score_missing", "choice_unknown", "too_long",
    )  # fmt: skip
    assert Answer(11).faults().codes == ("score_out_of_range",)
    assert [Answer(score).is_low for score in (6, 7, None)] == [True, False, False]


def test_every_fault_of_a_survey_that_is_sent_is_said():
    draft = SurveyDraft(None, TODAY + timedelta(9999), "", challenge=True)
    assert draft.faults(phone_digits="", today=TODAY).codes == (
        "contact_missing", "expiry_out_of_range", "phone_missing",
    )  # fmt: skip


LONG_AGO = date(2024, 11, 1)


@pytest.mark.parametrize(
    ("known", "level"),
    [
        (Cooperation(0), None),
        (Cooperation(1, LONG_AGO, Decimal(10)), Level.SINGLE),
        (Cooperation(2, date(2026, 1, 1), Decimal(10)), Level.REPEAT),
        (Cooperation(2, LONG_AGO, Decimal("7.9")), Level.REPEAT),
        (Cooperation(2, LONG_AGO, None), Level.REPEAT),
        (Cooperation(2, LONG_AGO, Decimal(8)), Level.PARTNER),
        (Cooperation(3, date(2026, 11, 1), None), Level.PARTNER),
    ],
)
def test_levels(known, level):
    assert level_of(known, today=TODAY) is level


def test_repeat_rate():
    assert repeat_rate(customers=3, repeated=1) == Decimal("33.3")
    assert repeat_rate(customers=0, repeated=0) is None


@pytest.mark.parametrize(
    ("signs", "codes", "may_leave"),
    [
        (Signs(), (), False),
        (Signs(score=6), ("low_score",), True),
        (Signs(score=7, score_before=9), ("falling_score",), True),
        (Signs(score=7, score_before=8), (), False),
        (Signs(usage=Usage.UNUSED), ("unused",), True),
        (Signs(revisit_late=60), ("revisit_overdue",), False),
        (Signs(payment_late=6, issues=1, issue_days=13, revisit_late=13), (), False),
        (Signs(revisit_late=14, payment_late=7), ("payment_overdue", "revisit_overdue"), True),
        (Signs(issues=2, issue_days=14), ("open_issues",), True),
    ],
)
def test_who_may_leave_and_why(signs, codes, may_leave):
    found = leaving(signs)
    assert tuple(reason.code for reason in found.reasons) == codes
    assert bool(found) is may_leave


def test_several_signs_are_grave():
    assert leaving(Signs(score=3, usage=Usage.FALLING)).is_grave
    assert not leaving(Signs(score=3)).is_grave
