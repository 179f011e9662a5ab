"""What may be planned and received; wholes split to the cent; when one hears of it. No database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.contracts.payments.conftest import TODAY, a_draft, money
from tuoke.steps.contracts.payments import words
from tuoke.steps.contracts.payments.rules import (
    Basis,
    Open,
    Source,
    State,
    allot,
    due_after,
    may_plan,
    may_receive,
    may_refund,
    next_reminder,
    split,
    state_of,
)

SIGNED = Basis(Decimal(480_000), Source.SIGNED)


def planned(draft=None, **more):
    given_ = {"basis": SIGNED, "others": Decimal(0), "received": Decimal(0), "count": 0, "today": TODAY} | more
    return may_plan(draft or a_draft(), **given_)


def received(draft, **more):
    given_ = {"basis": SIGNED, "received": Decimal(0), "rest": None, "count": 0, "today": TODAY} | more
    return may_receive(draft, **given_)


@pytest.mark.parametrize(
    ("verdict", "codes"),
    [
        (planned(), ()),
        (planned(a_draft(amount=480_000)), ()),
        (planned(a_draft(amount=480_000), others=Decimal("0.01")), ("over_contract",)),
        (planned(a_draft(amount=-1)), ("amount_not_positive",)),
        (planned(a_draft(amount=0)), ("amount_not_positive",)),
        (planned(a_draft(amount="1e18")), ("amount_odd", "over_contract")),
        (planned(a_draft(amount="0.001")), ("amount_too_fine",)),
        (planned(a_draft(on=None)), ("due_missing",)),
        (planned(a_draft(on=None, event="signed")), ()),
        (planned(a_draft(milestone=1)), ("due_twice",)),
        (planned(a_draft(on=date(1000, 1, 1))), ("day_odd",)),
        (planned(a_draft(on=date(9999, 1, 1))), ("day_odd",)),
        (planned(a_draft(name=" ")), ("name_missing",)),
        (planned(a_draft(name="长" * 61, note="长" * 501)), ("too_long", "too_long")),
        (planned(a_draft(remind_days=-1)), ("remind_days",)),
        (planned(a_draft(on=None, milestone=1, days_after=99_999)), ("days_after",)),
        (planned(a_draft(amount=50), received=Decimal(60)), ("below_received",)),
        (planned(count=60), ("too_many",)),
        (planned(basis=Basis(None, Source.NONE)), ("no_contract",)),
        (planned(basis=Basis(None, Source.DRAFT)), ("no_amount",)),
        (received(money(480_000)), ()),
        (received(money(100), received=Decimal("479900.01")), ("over_contract_received",)),
        (received(money(100), rest=Decimal(60)), ("over_instalment",)),
        (received(money(100), basis=Basis(Decimal(480_000), Source.DRAFT)), ("not_signed",)),
        (received(money(100, on=TODAY + timedelta(days=1))), ("received_in_future",)),
        (received(money(100, on=None)), ("received_on_missing",)),
        (received(money(100, on=date(1999, 12, 31))), ("day_odd",)),
        (received(money("0.005")), ("amount_too_fine",)),
        (received(money(-5)), ("amount_not_positive",)),
        (may_refund(money(5, note="按补充协议退回"), received=Decimal(5), count=0, today=TODAY), ()),
        (may_refund(money(6), received=Decimal(5), count=0, today=TODAY), ("refund_reason_missing", "refund_too_large")),
    ],
)  # fmt: skip
def test_says_every_reason_in_words(verdict, codes):
    assert verdict.codes == codes
    assert all("（" not in said and "%(" not in said for said in words.sentences(verdict))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_no_number_is_no_amount(amount):
    assert received(money(amount)).codes[:1] == ("amount_odd",)


@given(
    whole=st.decimals(min_value="0.01", max_value=10**11, places=2),
    shares=st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=8),
)
def test_parts_make_up_the_whole_to_the_cent(whole, shares):
    rest = 100 - sum(shares[:-1])
    if rest <= 0:
        return
    parts = split(whole, [Decimal(share) for share in [*shares[:-1], rest]])
    assert sum(parts) == whole
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)


@given(
    amount=st.decimals(min_value="0.01", max_value=10**9, places=2),
    rests=st.lists(st.decimals(min_value=0, max_value=10**8, places=2), max_size=6),
)
def test_money_is_set_against_instalments_in_their_order(amount, rests):
    parts = allot(amount, [Open(key, rest) for key, rest in enumerate(rests)])
    assert sum(part for _key, part in parts) == amount
    assert all(part > 0 for _key, part in parts)
    assert all(key is None or part <= rests[key] for key, part in parts)
    filled = [key for key, _part in parts if key is not None]
    assert filled == sorted(filled)
    assert all(dict(parts)[key] == rests[key] for key in filled[:-1])


@pytest.mark.parametrize(
    ("due", "settled", "withdrawn", "state"),
    [
        (None, None, False, State.WAITING),
        (TODAY - timedelta(days=1), None, False, State.OVERDUE),
        (TODAY, None, False, State.SOON),
        (TODAY + timedelta(days=7), None, False, State.SOON),
        (TODAY + timedelta(days=8), None, False, State.PLANNED),
        (TODAY - timedelta(days=90), TODAY, False, State.SETTLED),
        (TODAY, None, True, State.WITHDRAWN),
    ],
)
def test_how_an_instalment_stands(due, settled, withdrawn, state):
    found = state_of(due_on=due, settled_on=settled, withdrawn=withdrawn, remind_days=7, today=TODAY)
    assert found is state


def test_one_hears_ahead_then_when_it_is_late_then_every_week():
    due, told, days = date(2026, 12, 1), None, []
    for _time in range(4):
        told = next_reminder(due_on=due, remind_days=7, told_on=told)
        days.append(f"{told:%m-%d}")
    assert days == ["11-24", "12-02", "12-09", "12-16"]
    assert next_reminder(due_on=date(2027, 6, 1), remind_days=7, told_on=told) == date(2027, 5, 25)  # put off: anew
    assert next_reminder(due_on=None, remind_days=7, told_on=None) is None


def test_the_calendar_ends():
    assert due_after(date(9999, 12, 31), 1) is None
