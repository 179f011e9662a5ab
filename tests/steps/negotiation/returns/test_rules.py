"""What a calculation comes to, and how it is read from whatever was typed (S6.3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.negotiation.returns.conftest import CHANGE, FIGURES
from tuoke.steps.negotiation.returns.rules import (
    Figures,
    Saving,
    as_typed,
    differences,
    parse_figures,
    result_of,
    typed,
)
from tuoke.steps.proposals.values.rules import Direction

money = st.decimals(0, 10**9, places=2)


def said(verdict):
    return {(reason.code, reason.params.get("field")) for reason in verdict.reasons}


def test_by_hand():
    result = result_of(FIGURES)
    assert CHANGE.yearly == Decimal("357500.00")
    assert result.yearly == Decimal("370000.00")
    assert result.total_cost == Decimal("600000.00")  # 500,000 + 40,000 + 3 × 20,000
    # 540,000 and two months of waiting, at 350,000 a year: 20.6 months
    assert result.payback == 21
    assert result.net == Decimal("448333.33")  # 34 months of 30,833.33 less 600,000
    (rival,) = result.rivals
    assert (rival.total, rival.more) == (Decimal("650000.00"), Decimal("50000.00"))
    assert result.course[0] == (0, Decimal("-540000.00"))
    assert result.course[-1] == (36, result.net)


@given(money, money, money, money)
def test_what_it_costs_and_saves_adds_up(investment, one_off, running, saved):
    figures = Figures(investment, one_off, running, savings=(Saving("少返工", amount=saved),))
    result = result_of(figures)
    assert result.total_cost == investment + one_off + 3 * running
    assert result.net == 3 * saved - result.total_cost
    is_back = result.payback is not None and result.payback <= 36
    assert is_back == (result.net >= 0 and saved > running)


def test_what_is_kept_and_typed_comes_back_as_it_was():
    assert parse_figures(FIGURES.store()) == FIGURES
    for is_ours in (True, False):
        read = typed(as_typed(FIGURES), base=FIGURES, is_ours=is_ours)
        assert read.verdict
        assert read.figures == FIGURES
        assert differences(FIGURES, read.figures) == ()
    with pytest.raises(ValueError, match="not a stored calculation"):
        parse_figures({})


def test_names_units_and_directions_are_never_taken_from_a_form():
    sent = as_typed(FIGURES) | {
        "name-0": "<b>",
        "direction-0": "more",
        "rival_price-0": "1",
        "free_name-0": "白送",
        "free_amount-0": "9",
    }
    read = typed(sent, base=FIGURES, is_ours=False)
    assert read.figures == FIGURES


def test_we_add_savings_and_rivals_while_we_talk():
    sent = as_typed(FIGURES) | {
        "free_name-0": "少用纸", "free_amount-0": "1.2万", "rival_name-1": "本地厂商", "rival_price-1": "30万",
        "expected-0": "25", "years": "5",
    }  # fmt: skip
    read = typed(sent, base=FIGURES, is_ours=True)
    assert read.verdict
    assert read.figures.savings[-1] == Saving("少用纸", amount=Decimal("12000.00"))
    assert [rival.name for rival in read.figures.rivals] == ["云算科技", "本地厂商"]
    names = ("years", "expected-0", "amount-2", "rival_name-1", "rival_price-1", "rival_running-1", "rival_other-1")
    assert set(differences(FIGURES, read.figures)) == set(names)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("investment", "", "figure_missing"),
        ("investment", "$50", "foreign_currency"),
        ("investment", "50万美元", "foreign_currency"),
        ("investment", "30-50万", "amount_is_range"),
        ("investment", "999999999999", "figure_too_big"),
        ("running", "-1", "figure_negative"),
        ("delay", "1.5", "figure_not_whole"),
        ("years", "999", "years_out_of_range"),
        ("years", "9" * 100_000, "figure_not_whole"),
        ("current-0", "NaN", "figure_unclear"),
        ("current-0", "", "figure_missing"),
        ("expected-0", "43", "worse_than_now"),
        ("times-0", "1e18", "figure_unclear"),
        ("unit_value-0", "😀", "figure_unclear"),
        ("amount-1", "<b>1</b>", "figure_unclear"),
        ("free_amount-0", "5000", "saving_unnamed"),
        ("free_name-0", "少用纸", "figure_missing"),
        ("rival_price-1", "5000", "rival_unnamed"),
        ("rival_name-1", "本地", "figure_missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(field, value, code):
    read = typed(as_typed(FIGURES) | {field: value}, base=FIGURES, is_ours=True)
    assert code in {found for found, _field in said(read.verdict)}
    assert len(said(read.verdict)) == 1
    assert read.values[field] == value[:200]


def test_more_is_better_where_it_goes_up():
    orders = replace(CHANGE, direction=Direction.MORE, current=Decimal(10), expected=Decimal(12), times=Decimal(1))
    assert orders.yearly == Decimal("20.00")
    assert said(replace(orders, expected=Decimal(9)).faults(place=3)) == {("worse_than_now", "expected-3")}
