"""Periods, splits that add up, the tree of holders, pace, and what is missing from a breakdown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuoke.steps.targeting.goals.rules import (
    CENT,
    COMPANY,
    ONE,
    Actuals,
    Holder,
    NothingToSplitBy,
    Period,
    Place,
    Seller,
    Tally,
    calendar_days,
    difference,
    expected,
    faults,
    missing,
    percent,
    split,
    tree,
)

D = Decimal
PLACES = [
    Place(1, None, "总部", sells=False),
    Place(2, 1, "华东"),
    Place(3, 1, "华南"),
    Place(4, 1, "技术部", sells=False),
]
SELLERS = [Seller(11, 2, "王芳"), Seller(12, 2, "李强"), Seller(13, 3, "赵敏")]
ROOT = tree("公司", places=PLACES, sellers=SELLERS)
EAST, SOUTH, FANG = Holder(2), Holder(3), Holder(2, 11)


@pytest.mark.parametrize("text", ["2026", "2026Q1", "2026Q4", "2026-01", "2026-12", "2000", "2099-12"])
def test_a_period_is_read_as_it_is_written(text):
    assert str(Period.read(text)) == text


@pytest.mark.parametrize(
    "text", ["", "26", "2026Q5", "2026Q0", "2026-13", "2026-00", "1999", "2100", "２０２６", "2026-1", "2026\n"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        Period.read(text)


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_parts_fill_their_period_without_gap_or_overlap(day):
    for period in (Period.year_of(day), Period.quarter_of(day), Period.month_of(day)):
        assert period.first <= day <= period.last
        if period.parts:
            assert period.parts[0].first == period.first
            assert period.parts[-1].last == period.last
            assert sum(calendar_days(p.first, p.last) for p in period.parts) == calendar_days(period.first, period.last)
            assert all(part.whole == period for part in period.parts)
        after = period.after
        assert after is not None
        assert after.before == period
        assert (after.first - period.last).days == 1


def test_the_first_and_the_last_period_have_no_neighbour():
    assert Period.read("2000-01").before is None
    assert Period.read("2099Q4").after is None


weights_given = st.lists(st.decimals(0, 10**6, places=2, allow_nan=False), min_size=1, max_size=30).filter(any)


@given(total=st.integers(0, 10**13), weights=weights_given)
@example(total=100, weights=[D(1), D(1), D(1)])
def test_parts_add_up_to_the_cent_and_are_a_unit_from_exact_at_most(total, weights):
    amount = D(total) * CENT
    parts = split(amount, weights, unit=CENT)
    whole = sum(weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert part % CENT == 0
        assert abs(part - amount * weight / whole) < CENT
        if not weight:
            assert part == 0


@given(total=st.integers(0, 10**6), n=st.integers(1, 40))
def test_even_parts_of_a_count_differ_by_one_at_most(total, n):
    parts = split(D(total), [D(1)] * n, unit=ONE)
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1
    assert list(parts) == sorted(parts, reverse=True)


def test_the_largest_remainder_gets_what_is_left():
    assert split(D(10), [D(50), D(30), D(21)], unit=ONE) == (D(5), D(3), D(2))
    assert split(D("100.00"), [D(1), D(1), D(1)], unit=CENT) == (D("33.34"), D("33.33"), D("33.33"))


def test_without_any_weight_there_is_nothing_to_split_by():
    with pytest.raises(NothingToSplitBy):
        split(D(10), [D(0), D(0)], unit=ONE)
    with pytest.raises(ValueError):
        split(D(-1), [D(1)], unit=ONE)
    with pytest.raises(ValueError):
        split(D(1), [D(-1), D(2)], unit=ONE)


def test_the_difference_is_known_where_something_is_split():
    assert difference(D(10), [D(4), None, D(5)]) == 1
    assert difference(D(10), [D(11)]) == -1
    assert difference(D(10), [None, None]) is None
    assert difference(None, [D(3)]) is None
    assert difference(D(0), [D(0)]) == 0


@pytest.mark.parametrize("holder", [COMPANY, EAST, FANG])
def test_a_holder_is_read_as_it_is_written(holder):
    assert Holder.read(holder.key) == holder


@pytest.mark.parametrize("key", ["", "d", "u5", "d-1", "d1u", "company2", "d1u5x", "d" + "9" * 16])
def test_what_is_no_holder_is_refused(key):
    with pytest.raises(ValueError):
        Holder.read(key)


def test_the_only_root_stands_for_the_company_and_departments_without_sellers_are_left_out():
    assert [(n.name, n.depth, n.heads) for n in ROOT.walk()] == [
        ("公司", 0, 3), ("华东", 1, 2), ("王芳", 2, 1), ("李强", 2, 1), ("华南", 1, 1), ("赵敏", 2, 1),
    ]  # fmt: skip
    assert ROOT.departments == {1, 2, 3}


def test_two_roots_stand_below_the_company_and_a_cycle_ends():
    two = tree(
        "公司", places=[Place(1, None, "甲"), Place(2, None, "乙"), Place(3, 4, "丙"), Place(4, 3, "丁")], sellers=[]
    )
    assert [n.name for n in two.walk()] == ["公司", "甲", "乙"]


def tally(month, department, user, value):
    return Tally(date(2026, month, 1), department, user, D(value))


def test_a_department_has_all_below_it_and_the_company_has_everything():
    actuals = Actuals(
        [tally(1, 2, 11, 5), tally(2, 2, 12, 7), tally(1, 3, 13, 2), tally(1, None, None, 1), tally(1, 1, 99, 4)]
    )
    year = actuals.of_tree(ROOT, Period.read("2026"))
    assert (year[COMPANY], year[EAST], year[SOUTH], year[FANG]) == (19, 12, 2, 5)
    assert actuals.of_tree(ROOT, Period.read("2026-02"))[COMPANY] == 7
    assert actuals.of_tree(ROOT, Period.read("2026Q2"))[COMPANY] == 0


def test_deeper_departments_add_up():
    deep = tree(
        "公司", places=[Place(1, None, "总部"), Place(2, 1, "华东"), Place(3, 2, "上海")], sellers=[Seller(5, 3, "甲")]
    )
    reached = Actuals([tally(3, 3, 5, 8), tally(3, 2, 6, 1)]).of_tree(deep, Period.read("2026Q1"))
    assert (reached[COMPANY], reached[Holder(2)], reached[Holder(3)]) == (9, 9, 8)


@pytest.mark.parametrize(
    ("actual", "goal", "said"),
    [(182, 300, 61), (299, 300, 99), (300, 300, 100), (450, 300, 150), (0, 300, 0), (1, 0, None), (1, None, None)],
)
def test_per_cent_never_says_done_too_early(actual, goal, said):
    assert percent(D(actual), D(goal) if goal is not None else None) == said


def test_the_pace_grows_day_by_day():
    month = Period.read("2026-11")
    at = [
        expected(D(300), month, today=date(2026, m, d), days=calendar_days)
        for m, d in [(10, 31), (11, 1), (11, 15), (11, 30), (12, 5)]
    ]
    assert at == [0, 10, 150, 300, 300]
    assert expected(None, month, today=date(2026, 11, 3), days=calendar_days) is None
    assert expected(D(300), month, today=date(2026, 11, 3), days=lambda a, b: 0) == 300


@pytest.mark.parametrize(
    ("amount", "unit", "codes"),
    [
        ("-1", ONE, ("negative",)),
        ("1e400", CENT, ("too_big",)),
        ("NaN", CENT, ("not_a_number",)),
        ("Infinity", CENT, ("not_a_number",)),
        ("1.5", ONE, ("not_in_units",)),
        ("1.005", CENT, ("not_in_units",)),
        ("0", ONE, ()),
        ("999999999999.99", CENT, ()),
    ],
)
def test_what_a_goal_may_not_be(amount, unit, codes):
    assert faults(D(amount), unit=unit).codes == codes


def goals(**amounts):
    return {
        (key.split("_")[0], Period.read(key.split("_")[1].replace("m", "-"))): D(value)
        for key, value in amounts.items()
    }


def codes(amounts):
    return [
        (r.code, r.params.get("holder"), r.params.get("period"), r.params.get("axis")) for r in missing(amounts, ROOT)
    ]


def test_a_breakdown_down_to_persons_lacks_nothing():
    whole = goals(company_2026=30, d2_2026=20, d3_2026=10, d2u11_2026=12, d2u12_2026=8, d3u13_2026=10)
    assert codes(whole) == []
    by_quarter = whole | goals(d2u11_2026Q1=3, d2u11_2026Q2=3, d2u11_2026Q3=3, d2u11_2026Q4=3)
    assert codes(by_quarter) == []


def test_first_the_period_then_the_people_is_as_good():
    parts = goals(company_2026=4, company_2026Q1=4, d2_2026Q1=1, d3_2026Q1=3, d2u11_2026Q1=1, d3u13_2026Q1=3)
    assert codes(parts) == []


def test_every_gap_is_named():
    assert codes({}) == [("no_goal", None, None, None)]
    assert codes(goals(company_2026=30)) == [("not_to_persons", "公司", "2026", None)]
    assert codes(goals(company_2026=30, d2_2026=20, d2u11_2026=20)) == [("sum_differs", "公司", "2026", "people")]
    assert codes(goals(company_2026=30, d2_2026=20, d3_2026=10, d2u11_2026=20)) == [
        ("not_to_persons", "华南", "2026", None)
    ]
    assert codes(goals(d2_2026=5, d2u11_2026=5, d2u11_2026Q1=4)) == [("sum_differs", "王芳", "2026", "periods")]


def test_a_goal_of_nothing_needs_nobody():
    assert codes(goals(company_2026=10, d2_2026=10, d3_2026=0, d2u11_2026=10)) == []
