"""Peak use over overlapping times against a loop over the days, and what may be granted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.steps.targeting.resources.rules import (
    Stock,
    Supply,
    Use,
    Wish,
    free,
    may_grant,
    peak,
    sound_supply,
    sound_wish,
    still_holds,
    stretches,
)

D = Decimal
START = date(2026, 1, 1)


def day(n):
    return START + timedelta(days=n)


uses = st.lists(
    st.tuples(st.integers(1, 50), st.integers(-10, 60), st.integers(0, 30)).map(
        lambda t: Use(D(t[0]), day(t[1]), day(t[1] + t[2]))
    ),
    max_size=12,
)
spans = st.tuples(st.integers(0, 40), st.integers(0, 20)).map(lambda t: (day(t[0]), day(t[0] + t[1])))


def on(found, each):
    return sum((u.quantity for u in found if u.starts_on <= each <= u.ends_on), D(0))


def days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@given(found=uses, span=spans)
def test_the_peak_is_that_of_a_loop_over_the_days(found, span):
    most = peak(found, *span)
    by_day = {each: on(found, each) for each in days(*span)}
    assert most.taken == max(by_day.values())
    assert all(by_day[each] == most.taken for each in days(most.starts_on, most.ends_on))
    assert free(D(100), found, *span) == 100 - most.taken


@given(found=uses, span=spans)
def test_stretches_fill_the_time_without_gap(found, span):
    cut = list(stretches(found, *span))
    assert [each for s in cut for each in days(s.starts_on, s.ends_on)] == days(*span)
    assert all(on(found, each) == s.taken for s in cut for each in days(s.starts_on, s.ends_on))


@given(found=uses, wanted=st.integers(1, 60), span=spans, consumed=st.booleans())
def test_granting_never_takes_more_than_there_is_on_any_day(found, wanted, span, consumed):
    stock = Stock(D(60), day(0), day(60), consumed)
    inside = [u for u in found if u.starts_on >= day(0) and u.ends_on <= day(60)]
    use = Use(D(wanted), *span)
    after = [stock.taken_by(u) for u in (*inside, use)]
    fits = all(on(after, each) <= 60 for each in days(stock.taken_by(use).starts_on, stock.taken_by(use).ends_on))
    verdict = may_grant(stock, inside, use)
    assert bool(verdict) == fits
    if not verdict:
        left = verdict.reasons[0].params["left"]
        assert left < wanted
        if left > 0:
            assert may_grant(stock, inside, Use(left, *span))


def test_a_refusal_says_how_much_is_left_and_when():
    stock = Stock(D(5), day(0), day(30), is_consumed=False)
    held = [Use(D(2), day(0), day(9)), Use(D(3), day(5), day(7))]
    reason = may_grant(stock, held, Use(D(2), day(3), day(20))).reasons[0]
    assert (reason.code, reason.params["left"], reason.params["first"], reason.params["last"]) == (
        "not_enough",
        0,
        day(5),
        day(7),
    )
    assert may_grant(stock, held, Use(D(5), day(10), day(30)))
    assert may_grant(stock, held, Use(D(1), day(3), day(31))).codes == ("outside_period",)


def test_what_is_used_up_stays_taken_and_what_comes_back_does_not():
    held = [Use(D(8), day(0), day(1))]
    later = Use(D(5), day(20), day(21))
    assert may_grant(Stock(D(10), day(0), day(30), is_consumed=True), held, later).codes == ("not_enough",)
    assert may_grant(Stock(D(10), day(0), day(30), is_consumed=False), held, later)


def test_less_than_is_allocated_is_refused_with_the_time():
    held = [Use(D(4), day(0), day(10)), Use(D(4), day(8), day(12))]
    reason = still_holds(Stock(D(7), day(0), day(30), is_consumed=False), held).reasons[0]
    assert (reason.code, reason.params["taken"], reason.params["first"], reason.params["last"]) == (
        "less_than_allocated",
        8,
        day(8),
        day(10),
    )
    assert still_holds(Stock(D(8), day(0), day(30), is_consumed=False), held)
    assert still_holds(Stock(D(8), day(1), day(30), is_consumed=False), held).codes == ("allocated_outside",)


def supply(**given):
    return Supply(
        **{
            "name": "展会物料",
            "kind": "material",
            "unit": "份",
            "quantity": D(5),
            "starts_on": day(0),
            "ends_on": day(9),
            "owner_id": 1,
        }
        | given
    )


@pytest.mark.parametrize(
    ("given_", "codes"),
    [
        ({}, ()),
        ({"quantity": D(0)}, ("not_positive",)),
        ({"quantity": D(-3)}, ("not_positive",)),
        ({"quantity": D("1e400")}, ("too_big",)),
        ({"quantity": D("NaN")}, ("not_a_number",)),
        ({"quantity": D("0.001")}, ("too_fine",)),
        ({"ends_on": day(-1)}, ("period_reversed",)),
        ({"starts_on": date.min, "ends_on": date.max}, ("days_out_of_range",)),
        ({"name": " ", "unit": ""}, ("missing", "missing")),
        ({"name": "x" * 81}, ("too_long",)),
        ({"name": "\ud800"}, ("text_broken",)),
        ({"kind": "gold"}, ("unknown_kind",)),
    ],
)
def test_what_a_resource_may_not_be(given_, codes):
    assert sound_supply(supply(**given_)).codes == codes


def test_a_wish_says_what_for():
    wish = Wish(D(1), day(0), day(1), department_id=1, purpose="")
    assert sound_wish(wish).codes == ("missing",)
    assert sound_wish(Wish(D(-1), day(3), day(1), department_id=1, purpose="演示")).codes == (
        "not_positive",
        "period_reversed",
    )
