from __future__ import annotations

from decimal import Decimal

import pytest

from tuoke.steps.discovery.decisions.rules import Standing
from tuoke.steps.proposals.rivals.rules import MOST_LINES, Place, RivalDraft, Tally, names_him, place, tally

S = Standing


@pytest.mark.parametrize(
    ("ours", "theirs", "where"),
    [
        (S.STRONG, S.WEAK, Place.AHEAD),
        (S.EVEN, S.WEAK, Place.AHEAD),
        (S.EVEN, S.EVEN, Place.EVEN),
        (S.WEAK, S.EVEN, Place.BEHIND),
        (S.STRONG, S.UNKNOWN, Place.UNKNOWN),
        (S.UNKNOWN, S.WEAK, Place.UNKNOWN),
    ],
)
def test_where_we_stand_beside_him(ours, theirs, where):
    assert place(ours, theirs) is where


def test_what_speaks_for_whom():
    rows = [(50, S.STRONG, S.WEAK), (30, S.WEAK, S.STRONG), (None, S.STRONG, S.EVEN), (20, S.UNKNOWN, S.EVEN)]
    assert tally(rows) == Tally(ahead=2, even=0, behind=1, unknown=1, ahead_weight=50, behind_weight=30)
    assert not tally([(20, S.UNKNOWN, S.EVEN)]).is_known


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"price_low": Decimal(-1)}, "price_odd"),
        ({"price_high": Decimal("NaN")}, "price_odd"),
        ({"price_high": Decimal("1e18")}, "price_odd"),
        ({"price_low": Decimal(2), "price_high": Decimal(1)}, "price_crossed"),
        ({"strengths": ("好",) * (MOST_LINES + 1)}, "too_many_statements"),
        ({"weaknesses": ("长" * 201,)}, "too_long"),
        ({"our_difference": "坏\ud800"}, "text_broken"),
    ],
)
def test_what_may_not_be_said(said, code):
    assert RivalDraft(**said).faults().codes == (code,)


def test_a_text_for_the_customer_names_nobody():
    assert names_him("比CloudMap便宜", "cloudmap")
    assert not names_him("四周上线", "云图")
    assert not names_him("四周上线", " ")
