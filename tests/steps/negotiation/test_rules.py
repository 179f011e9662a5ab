from decimal import Decimal

import pytest

from tuoke.base.accounts.rules import Role
from tuoke.base.kernel.ordering import in_line, moved
from tuoke.steps.negotiation.rules import (
    ConcessionDraft,
    Line,
    LineDraft,
    PlanDraft,
    SeatDraft,
    Side,
    Terms,
    clause_name,
    is_near,
    may_be_named,
    past,
)

LINE = Line(Decimal(400_000), 60, ("知识产权条款：归我方所有", "违约责任"))


@pytest.mark.parametrize(
    ("terms", "where"),
    [
        (Terms(Decimal(400_000), 60), ()),
        (Terms(Decimal("399999.99"), 60), ("price",)),
        (Terms(Decimal(450_000), 61), ("delivery_days",)),
        (Terms(Decimal(1), 99, clauses=("知识产权归客户所有",)), ("price", "delivery_days", "clauses")),
        (Terms(extras="我方放弃 知识 产权"), ("clauses",)),
        (Terms(payment="违约责任按合同额 5% 封顶"), ("clauses",)),
        (Terms(clauses=("验收条款改为书面验收",)), ()),
        (Terms(), ()),
    ],
)
def test_past_a_line_is_only_what_an_offer_says(terms, where):
    assert past(terms, LINE) == where
    assert past(terms, Line()) == ()


@pytest.mark.parametrize(
    ("price", "near"), [("399999", True), ("400000", True), ("411999.99", True), ("412000", False), (None, False)]
)
def test_near_is_less_than_three_per_cent_above(price, near):
    assert is_near(Decimal(price) if price else None, LINE) is near
    assert not is_near(Decimal(1), Line(longest_days=3))


@pytest.mark.parametrize(
    ("clause", "name"),
    [("知识产权条款：归我方", "知识产权"), ("SLA: 99.9%", "sla"), ("数据 归属，不退", "数据归属"), ("条款", "条款")],
)
def test_a_clause_is_called_by_what_stands_before_the_colon(clause, name):
    assert clause_name(clause) == name


@pytest.mark.parametrize(
    ("draft", "codes"),
    [
        (LineDraft(Decimal(400_000), 60, ("知识产权",)), ()),
        (LineDraft(Decimal(500_000)), ()),
        (LineDraft(), ("line_empty",)),
        (LineDraft(Decimal(0)), ("price_out_of_range",)),
        (LineDraft(Decimal(-1), 0), ("price_out_of_range", "days_out_of_range")),
        (LineDraft(Decimal("NaN")), ("price_out_of_range",)),
        (LineDraft(Decimal("1e18")), ("price_out_of_range",)),
        (LineDraft(Decimal("1.005")), ("price_too_fine",)),
        (LineDraft(Decimal("500000.01")), ("line_above_offer",)),
        (LineDraft(None, 999 * 365), ("days_out_of_range",)),
        (LineDraft(fixed_clauses=("x",) * 21), ("too_many_clauses",)),
        (LineDraft(fixed_clauses=("x" * 201, "\ud800")), ("too_long", "text_broken")),
    ],
)
def test_a_line_must_make_sense(draft, codes):
    assert draft.faults(ceiling=Decimal(500_000)).codes == codes


def test_without_an_offer_there_is_no_ceiling():
    assert LineDraft(Decimal(10) ** 11).faults(ceiling=None)


@pytest.mark.parametrize(
    ("roles", "active", "reads", "codes"),
    [
        ([Role.REP], True, True, ()),
        ([Role.COLLABORATOR], True, False, ("reads_not_deal",)),
        ([Role.AUDITOR], True, True, ("never_named",)),
        ([Role.ADMIN, Role.AUDITOR], True, True, ("never_named",)),
        ([Role.ADMIN, Role.REP], True, True, ()),
        ([Role.REP], False, False, ("person_inactive",)),
    ],
)
def test_who_may_be_let_in_by_name(roles, active, reads, codes):
    assert may_be_named(roles=roles, is_active=active, reads_deal=reads).codes == codes


def test_pairs_seats_and_plans_must_make_sense():
    assert ConcessionDraft("培训", value=Decimal(0)).faults()
    wrong = ConcessionDraft(" ", "x" * 201, value=Decimal(-1)).faults()
    assert wrong.codes == ("give_missing", "too_long", "value_out_of_range")
    assert ConcessionDraft("a", value=Decimal("0.001")).faults().codes == ("price_too_fine",)
    assert SeatDraft(Side.OURS).faults().codes == ("who_missing",)
    assert SeatDraft(Side.THEIRS, contact_id=1, name="李").faults().codes == ("who_twice",)
    assert PlanDraft("", 0, "\ud800").faults().codes == ("text_broken", "rounds_out_of_range")


def test_the_ladder_is_put_in_order():
    assert moved([1, 2, 3], 3, to=0) == (3, 1, 2)
    assert moved([1, 2, 3], 1, to=99) == (2, 3, 1)
    assert in_line([1, 2, 3], [3, 9, 3]) == (3, 1, 2)
