"""What a value model comes to: orders, signs, units, cents, circles (S5.2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.base.kernel.ordering import moved
from tuoke.steps.proposals.values.rules import (
    MOST_MONEY,
    Band,
    Basis,
    Circular,
    Direction,
    FrozenLine,
    FrozenWorth,
    ItemDraft,
    Measure,
    Share,
    Spending,
    balance,
    circle,
    net_value,
    parse_frozen,
    payback_months,
    worth,
)

D = Decimal
money = st.decimals(0, 10**8, places=2)
figures = st.decimals(0, 10**5, places=2)


def measure(current="42", likely="29", *, low=None, high=None, price="60", times="2750", direction=Direction.LESS):
    band = Band(D(low or likely), D(likely), D(high or likely))
    return Measure(direction, D(current), band, D(price), D(times))


def draft(figures=None, **more):
    given = {"name": "换线", "basis": Basis.CUSTOMER, "unit": "分钟", "source": "访谈"} | more
    return ItemDraft(figures=figures or measure(), **given)


def codes(verdict):
    return {(reason.code, reason.params.get("field")) for reason in verdict.reasons}


class TestLines:
    def test_what_changes_times_what_it_is_worth_times_how_often(self):
        assert measure().benefit.likely == D("2145000.00")
        assert measure("100", "120", direction=Direction.MORE, price="3", times="12").benefit.likely == D("720.00")

    def test_to_the_cent_half_up(self):
        assert measure("1", "0", price="0.005", times="1").benefit.likely == D("0.01")
        assert measure("1", "0", price="0.0049", times="1").benefit.likely == D("0.00")

    @given(figures, figures, figures, figures, figures, st.decimals(0, 10**3, places=2))
    def test_what_is_accepted_is_ordered_and_never_negative(self, current, low, likely, high, price, times):
        found = Measure(Direction.LESS, current, Band(low, likely, high), price, times)
        if found.faults():
            benefit = found.benefit
            assert 0 <= benefit.low <= benefit.likely <= benefit.high <= MOST_MONEY
            assert all(amount == amount.quantize(Decimal("0.01")) for amount in benefit)
        else:
            assert not current >= low >= likely >= high or found.gains.high * price * times > MOST_MONEY

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (measure(likely="50"), {("worse_than_now", name) for name in ("low", "likely", "high")}),
            (measure(low="20"), {("low_above_likely", "low")}),
            (measure(high="35"), {("high_below_likely", "high")}),
            (measure("NaN"), {("figure_unclear", "current")}),
            (measure("-1"), {("figure_negative", "current")}),
            (measure("1e18"), {("figure_too_big", "current")}),
            (measure(price="Infinity"), {("figure_unclear", "unit_value")}),
            (measure(price="0.00001"), {("figure_too_fine", "unit_value")}),
            (measure(price="1e9", times="1e6"), {("benefit_too_big", "unit_value")}),
            (Share(1, D(0)), {("figure_zero", "percent")}),
            (Share(1, D(101)), {("figure_too_big", "percent")}),
        ],
    )
    def test_absurd_figures_are_refused_at_their_field(self, wrong, said):
        assert codes(draft(wrong).faults()) == said

    def test_every_line_says_where_its_figures_come_from(self):
        assert codes(draft(source=" ").faults()) == {("source_missing", "source")}
        assert draft(source="", need_id=7).faults()
        assert codes(draft(source="", need_id=7, basis=Basis.INDUSTRY).faults()) == {("source_missing", "source")}
        assert codes(draft(name=" ", unit="", source="x" * 300).faults()) == {
            ("name_missing", "name"), ("unit_missing", "unit"), ("too_long", "source"),
        }  # fmt: skip
        assert codes(draft(name="\ud800").faults()) == {("text_broken", "name")}


class TestSums:
    def test_a_share_follows_its_line_to_the_cent(self):
        lines = [
            (1, Basis.CUSTOMER, measure()),
            (2, Basis.ESTIMATE, Share(1, D("33.33"))),
            (3, Basis.INDUSTRY, Share(2, D(50))),
        ]
        found = worth(lines, Spending())
        assert [line.benefit.likely for line in found.lines] == [D("2145000.00"), D("714928.50"), D("357464.25")]
        assert found.yearly.likely == D("3217392.75")
        assert (found.own_figures, found.customers_part) == (1, 66)
        assert found.net is None
        assert found.payback == (None, None, None)

    def test_a_share_of_nothing_is_worth_nothing(self):
        assert worth([(2, Basis.ESTIMATE, Share(1, D(50)))], Spending()).yearly.high == 0

    @pytest.mark.parametrize("shares", [{1: 1}, {1: 2, 2: 1}, {1: 2, 2: 3, 3: 1}])
    def test_no_line_is_worked_out_from_itself(self, shares):
        assert circle(shares, start=1)[0] == circle(shares, start=1)[-1] == 1
        with pytest.raises(Circular):
            worth([(key, Basis.ESTIMATE, Share(of, D(50))) for key, of in shares.items()], Spending())

    def test_a_way_that_ends_or_turns_elsewhere_is_no_circle(self):
        assert circle({1: 2, 2: 3}, start=1) == ()
        assert circle({1: 2, 2: 3, 3: 2}, start=1) == ()

    def test_orders(self):
        assert moved((1, 2, 3), 3, to=0) == (3, 1, 2)
        assert moved((1, 2, 3), 1, to=99) == (2, 3, 1)


class TestPayback:
    def test_by_hand(self):
        spending = Spending(D(500_000), D(20_000), delay=2)
        # 240,000 a year: 20,000 a month from the third on, 1,667 out: after 30 months 560,000 in, 550,000 out
        assert payback_months(D(240_000), spending) == 30
        assert balance(D(240_000), spending, month=29) == D("-8333.33")
        assert balance(D(240_000), spending, month=30) == D("10000.00")
        assert net_value(D(240_000), spending) == D("120000.00")

    @given(st.decimals(1, 10**7, places=2), money, money, st.integers(0, 36))
    def test_the_month_is_the_first_from_which_it_stays_back(self, yearly, investment, running, delay):
        spending = Spending(investment, running, delay)
        month = payback_months(yearly, spending)
        if month is None:
            late = balance(yearly, spending, month=600)
            assert late is not None
            assert yearly <= running or late < 0
        else:
            here, before = balance(yearly, spending, month=month), balance(yearly, spending, month=month - 1)
            assert here is not None
            assert here >= 0
            assert month == 0 or (before is not None and before <= 0)

    @given(money, money, money, st.integers(0, 36))
    def test_a_better_case_is_never_back_later(self, low, more, investment, delay):
        spending = Spending(investment, D(1000), delay)
        slow, fast = payback_months(low, spending), payback_months(low + more, spending)
        assert slow is None or (fast is not None and fast <= slow)

    def test_what_costs_more_than_it_brings_never_comes_back(self):
        assert payback_months(D(100), Spending(D(1), D(100))) is None
        assert payback_months(D(0), Spending(D(1))) is None
        assert payback_months(D(100), Spending(D(0))) == 0
        assert payback_months(D(100), Spending(None)) is None

    def test_absurd_spending(self):
        wrong = Spending(D(-1), D("1e18"), delay=99, years=999)
        assert codes(wrong.faults()) == {
            ("figure_negative", "investment"), ("figure_too_big", "running"), ("delay_out_of_range", "delay"),
            ("years_out_of_range", "years"),
        }  # fmt: skip
        assert codes(Spending(D("1.005")).faults()) == {("figure_too_fine", "investment")}


def test_what_is_frozen_comes_back_as_it_was():
    spending = Spending(D("500000.10"), D(20_000), 2, 5)
    found = worth([(1, Basis.CUSTOMER, measure(low="32", high="25"))], spending)
    line = FrozenLine(
        "换线", Basis.CUSTOMER, found.yearly, "访谈", "少停线", "案例", "分钟", Direction.LESS, D(42),
        Band(D(32), D(29), D(25)), D(60), D(2750),
    )  # fmt: skip
    share = FrozenLine("加班", Basis.ESTIMATE, found.yearly, share_of="换线", percent=D("12.5"))
    frozen = FrozenWorth(
        (line, share), spending, found.yearly, found.net, found.payback, found.course(), "报价 2", "两班"
    )
    assert parse_frozen(frozen.store()) == frozen
    with pytest.raises(ValueError, match="not a stored value model"):
        parse_frozen({})
