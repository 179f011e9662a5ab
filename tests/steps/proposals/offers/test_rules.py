from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.base.accounts.rules import Role
from tuoke.base.kernel.ordering import moved
from tuoke.services.exchange.rules import cents
from tuoke.steps.proposals.offers.rules import (
    MOST_TOTAL,
    NOTHING,
    TAX_RATES,
    Asked,
    LineDraft,
    OfferDraft,
    OfferState,
    Price,
    allowed,
    beyond,
    fits,
    line_total,
    may_issue,
    seal,
    totals,
)

TODAY = date(2026, 11, 23)
amounts = st.decimals(min_value=0, max_value=10**7, places=2)
prices = st.builds(
    Price,
    quantity=st.decimals(min_value="0.01", max_value=10**5, places=2),
    unit_price=amounts,
    discount_percent=st.decimals(min_value=0, max_value=100, places=2),
    tax_rate=st.sampled_from(TAX_RATES),
    list_price=st.none() | amounts,
)


def price(quantity="1", unit_price="100", discount="0", tax="13", listed=None):
    return Price(*(Decimal(said) for said in (quantity, unit_price, discount, tax)), listed and Decimal(listed))


def exactly(line):
    """The amount without any rounding."""
    return Fraction(line.quantity) * Fraction(line.unit_price) * (100 - Fraction(line.discount_percent)) / 100


@given(lines=st.lists(prices, max_size=12), tax_included=st.booleans())
def test_what_is_printed_adds_up_to_the_cent(lines, tax_included):
    sums = totals(lines, tax_included=tax_included)
    each = [line_total(line, tax_included=tax_included) for line in lines]
    assert sums.net + sums.tax == sums.gross
    assert sums.list - sums.discount == (sums.gross if tax_included else sums.net)
    for name in ("list", "net", "discount", "tax", "gross"):
        printed = [getattr(one, name) for one in each]
        assert getattr(sums, name) == sum(printed, Decimal(0))
        assert all(value == cents(value) for value in printed)


@given(line=prices, tax_included=st.booleans())
def test_a_line_is_never_more_than_half_a_cent_from_the_truth(line, tax_included):
    sums = line_total(line, tax_included=tax_included)
    amount = sums.list - sums.discount
    half = Fraction(1, 200)
    assert abs(Fraction(amount) - exactly(line)) <= half
    rate = Fraction(line.tax_rate) / 100
    tax = Fraction(amount) * (rate / (1 + rate) if tax_included else rate)
    assert abs(Fraction(sums.tax) - tax) <= half
    assert sums.gross >= sums.net >= 0


@given(lines=st.lists(prices, max_size=8), tax_included=st.booleans(), seed=st.randoms())
def test_the_order_of_the_lines_changes_nothing(lines, tax_included, seed):
    shuffled = seed.sample(lines, len(lines))
    assert totals(lines, tax_included=tax_included) == totals(shuffled, tax_included=tax_included)


def test_half_a_cent_goes_up_and_nothing_is_nothing():
    assert line_total(price("3", "0.335"), tax_included=True).gross == Decimal("1.01")
    assert line_total(price("1", "0.05", discount="50", tax="0"), tax_included=True).gross == Decimal("0.03")
    assert totals([], tax_included=True) == NOTHING
    assert NOTHING.discount_percent == 0


def test_an_offer_as_it_is_written():
    lines = [price("2", "60000", discount="10", listed="80000"), price("3", "2000", tax="6")]
    sums = totals(lines, tax_included=True)
    assert (sums.list, sums.discount, sums.gross) == (166_000, 52_000, 114_000)
    assert sums.tax == Decimal("12424.78") + Decimal("339.62")
    assert sums.discount_percent == Decimal("31.33")
    without = totals(lines, tax_included=False)
    assert (without.net, without.tax, without.gross) == (114_000, Decimal("14400.00"), Decimal("128400.00"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "长" * 121}, "too_long"),
        ({"name": "坏\ud800"}, "text_broken"),
        ({"quantity": Decimal(0)}, "quantity_odd"),
        ({"quantity": Decimal(-1)}, "quantity_odd"),
        ({"quantity": Decimal("NaN")}, "quantity_odd"),
        ({"quantity": Decimal("1e18")}, "quantity_odd"),
        ({"quantity": Decimal("0.001")}, "quantity_odd"),
        ({"unit_price": Decimal(-1)}, "price_odd"),
        ({"unit_price": Decimal("Infinity")}, "price_odd"),
        ({"unit_price": Decimal("1e18")}, "price_odd"),
        ({"unit_price": Decimal("0.005")}, "price_odd"),
        ({"unit_price": None}, "price_missing"),
        ({"discount_percent": Decimal(101)}, "discount_odd"),
        ({"discount_percent": Decimal(-5)}, "discount_odd"),
        ({"tax_rate": Decimal(17)}, "tax_unknown"),
    ],
)
def test_what_a_line_may_not_say(said, code):
    given_ = {"name": "培训", "quantity": Decimal(1), "unit_price": Decimal(100)} | said
    assert code in LineDraft(**given_).faults().codes


def test_a_product_brings_its_name_and_price():
    assert LineDraft("", Decimal(1), None, product_id=3).faults()
    assert fits(totals([price("1000000", "10000000")], tax_included=True)).codes == ("total_too_big",)
    assert fits(totals([price("1", f"{MOST_TOTAL - 1}")], tax_included=True))


def test_what_the_terms_may_not_say():
    wrong = OfferDraft(valid_until=date(2999, 1, 1), delivery_days=999 * 365, payment_terms="付" * 301)
    assert wrong.faults().codes == ("too_long", "valid_until_odd", "delivery_odd")
    assert OfferDraft(valid_until=TODAY, delivery_days=30).faults()


def test_how_far_each_role_goes_alone():
    assert [allowed(roles) for roles in ([Role.REP], [Role.TEAM_LEAD], [Role.REP, Role.DIRECTOR], [])] == [
        10,
        20,
        100,
        0,
    ]
    lines = [Asked("平台", price("1", "80000", discount="15", listed="80000"))]
    assert beyond(lines, tax_included=True, limit=Decimal(20))
    verdict = beyond(lines, tax_included=True, limit=Decimal(10))
    assert verdict.codes == ("discount_beyond",)
    assert verdict.reasons[0].params == {"percent": "15", "limit": "10"}


def test_below_the_price_band_a_manager_agrees_whatever_the_discount():
    cheap = Asked("平台", price("1", "49999.99", listed="50000"), floor=Decimal(50000))
    assert beyond([cheap], tax_included=True, limit=Decimal(20)).codes == ("below_band",)
    at_it = Asked("平台", price("1", "50000"), floor=Decimal(50000))
    assert beyond([at_it], tax_included=True, limit=Decimal(20))
    assert beyond([cheap], tax_included=True, limit=Decimal(100)), "a director has nobody to ask"


def test_raising_one_line_hides_no_discount_below_the_band():
    dear = Asked("服务", price("1", "90000", listed="50000"))
    cheap = Asked("平台", price("1", "10000", listed="50000"), floor=Decimal(40000))
    assert beyond([dear, cheap], tax_included=True, limit=Decimal(10)).codes == ("below_band",)


def test_when_it_may_be_issued():
    lines, ok = [Asked("平台", price())], beyond([], tax_included=True, limit=Decimal(0))
    given_ = {"state": OfferState.DRAFT, "lines": lines, "valid_until": TODAY, "unapproved": ok, "today": TODAY}
    assert may_issue(**given_)
    assert may_issue(**given_ | {"lines": [], "valid_until": None}).codes == ("no_lines", "valid_until_missing")
    assert may_issue(**given_ | {"valid_until": date(2026, 11, 22)}).codes == ("valid_until_past",)
    assert may_issue(**given_ | {"state": OfferState.ISSUED}).codes == ("not_a_draft",)


def test_the_seal_is_of_prices_and_of_nothing_else():
    lines = [Asked("平台", price()), Asked("培训", price("2"))]
    first = seal(lines, tax_included=True)
    assert seal([Asked("平台", price("1.00", "100.00")), Asked("培训", price("2"))], tax_included=True) == first
    assert seal(lines, tax_included=False) != first
    assert seal([lines[0], Asked("培训", price("2", "99.99"))], tax_included=True) != first


def test_moving():
    assert moved([1, 2, 3], 3, to=0) == (3, 1, 2)
    assert moved([1, 2, 3], 1, to=99) == (2, 3, 1)
