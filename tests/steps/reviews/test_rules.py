from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tuoke.steps.reviews.rules import (
    ContributionDraft,
    Plan,
    ReviewState,
    Satisfaction,
    attainment,
    average_score,
    compared,
    held_fault,
    may_finish,
    missing_functions,
)

PLAN = Plan(date(2026, 8, 1), Decimal(500_000), date(2026, 11, 10))


def test_what_was_signed_is_held_against_the_plan():
    found = attainment(PLAN, won=True, reached=Decimal(480_000), reached_on=date(2026, 11, 13), cost=Decimal(310_000))
    assert (found.amount_ratio, found.days_late, found.margin) == (Decimal("96.0"), 3, Decimal("35.4"))
    early = attainment(PLAN, won=True, reached=Decimal(600_000), reached_on=date(2026, 11, 1))
    assert (early.amount_ratio, early.days_late, early.margin, early.in_time) == (Decimal("120.0"), -9, None, True)


def test_a_lost_deal_reached_nothing_and_has_no_signing_day():
    found = attainment(PLAN, won=False, reached=Decimal(480_000), reached_on=date(2026, 11, 13), cost=Decimal(1))
    assert (found.reached, found.amount_ratio, found.reached_on, found.days_late) == (0, Decimal("0.0"), None, None)
    assert found.margin is None


@pytest.mark.parametrize("planned", [None, Decimal(0)])
def test_without_a_plan_there_is_no_ratio(planned):
    plan = Plan(date(2026, 8, 1), planned, None)
    found = attainment(plan, won=True, reached=Decimal(5), reached_on=date(2026, 11, 1))
    assert (found.amount_ratio, found.days_late) == (None, None)


def test_a_median_is_told_from_five_deals_on():
    assert compared(10, [1, 2, 3, 4]).median is None
    found = compared(10, [5, 8, 10, 20, 30])
    assert (found.median, found.faster, found.cases) == (Decimal("10.0"), 50, 5)
    assert compared(1, [2] * 5).faster == 100
    assert compared(9, [2] * 5).faster == 0


def test_satisfaction_is_the_customers_average_or_unknown():
    answers = [Satisfaction("survey", "问卷", Decimal(score), date(2026, 11, 1)) for score in (8, 9, 9)]
    assert average_score(answers) == Decimal("8.7")
    assert average_score([]) is None


def test_a_report_is_refused_with_everything_that_is_missing():
    state, empty = ReviewState.OPEN, ""
    verdict = may_finish(
        state=state, summary=" ", given_up=True, cause=empty, missing=("tech",), improvements=0,
        nothing_to_change=empty, unowned=1,
    )  # fmt: skip
    assert verdict.codes == (
        "review_not_held", "summary_missing", "cause_missing", "functions_missing", "improvements_missing",
        "improvements_unowned",
    )  # fmt: skip
    assert may_finish(
        state=ReviewState.HELD, summary="付款方式反复三轮", given_up=False, cause="", missing=(), improvements=0,
        nothing_to_change="一切按计划", unowned=0,
    )  # fmt: skip


def test_departments_are_heard_by_a_part_or_an_excuse():
    assert missing_functions(("sales", "tech", "service"), heard={"sales", "tech"}) == ("service",)


def test_a_part_is_words_or_why_there_are_none():
    assert ContributionDraft().faults().codes == ("part_empty",)
    assert ContributionDraft(went_well="好", excuse="没参加").faults().codes == ("excuse_beside_words",)
    assert ContributionDraft(excuse="只答疑一次").faults()
    assert "too_long" in ContributionDraft(went_well="长" * 5_000).faults().codes


@pytest.mark.parametrize(
    ("held_on", "code"),
    [(None, "held_on_missing"), (date(2026, 11, 24), "held_in_future"), (date(1999, 1, 1), "held_before_deal")],
)
def test_the_meeting_was_between_the_deals_beginning_and_today(held_on, code):
    verdict = held_fault(held_on, today=date(2026, 11, 23), opened_on=date(2026, 8, 1))
    assert verdict.codes == (code,)
