"""What a market analysis may say, what its figures tell, what is missing: plain Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.targeting.markets.drafts import ALL, GROWTH, REPORT, RIVAL, SEGMENT, SIZE, UNMET, YI
from tuoke.services.exchange.rules import Problem, Span
from tuoke.steps.targeting.markets.rules import (
    Figure,
    Point,
    StatementKind,
    analysed,
    apart,
    best_unit,
    growth_of,
    in_unit,
    is_forecast,
    missing,
    sound_statement,
    typed_amount,
    web_address,
)

TODAY = date(2026, 11, 23)


def codes(draft):
    return {(r.code, r.params["field"]) for r in sound_statement(draft, today=TODAY).reasons}


@pytest.mark.parametrize("draft", [*ALL, replace(RIVAL, competitor_id=1)], ids=lambda d: d.kind)
def test_a_whole_statement_is_sound(draft):
    assert codes(draft) == set()


@pytest.mark.parametrize("draft", [*ALL, replace(RIVAL, competitor_id=1)], ids=lambda d: d.kind)
def test_nothing_stands_without_a_source(draft):
    assert codes(replace(draft, source=replace(REPORT, reference="  "))) == {("reference_missing", "reference")}
    assert codes(replace(draft, source=replace(REPORT, on=date(2026, 11, 24)))) == {("date_in_future", "sourced_on")}
    assert codes(replace(draft, source=replace(REPORT, on=date(1026, 1, 1)))) == {("date_too_early", "sourced_on")}
    assert codes(replace(draft, source=replace(REPORT, reference="长" * 501))) == {("too_long", "reference")}
    assert codes(replace(draft, source=replace(REPORT, reference="\ud800"))) == {("text_broken", "reference")}


@pytest.mark.parametrize(
    ("draft", "change", "code"),
    [
        (SIZE, {"title": ""}, ("missing", "title")),
        (SIZE, {"year": None}, ("missing", "year")),
        (SIZE, {"amount": None}, ("missing", "amount")),
        (SIZE, {"year": 1800}, ("year_out_of_range", "year")),
        (SIZE, {"amount": Decimal(-1)}, ("negative", "amount")),
        (SIZE, {"amount": Decimal(10) ** 17}, ("too_big", "amount")),
        (SIZE, {"text": "长" * 2001}, ("too_long", "text")),
        (SIZE, {"title": "😀" * 121}, ("too_long", "title")),
        (GROWTH, {"points": (Point(2025, YI),)}, ("points_too_few", "points")),
        (GROWTH, {"points": (Point(2025, YI), Point(2025, YI))}, ("year_twice", "points")),
        (GROWTH, {"points": (Point(2025, YI), Point(9999, YI))}, ("year_out_of_range", "points")),
        (GROWTH, {"points": (Point(2025, YI), Point(2026, -YI))}, ("negative", "points")),
        (GROWTH, {"points": tuple(Point(2000 + i, YI) for i in range(31))}, ("points_too_many", "points")),
        (SEGMENT, {"text": " "}, ("missing", "text")),
        (SEGMENT, {"share": Decimal(101)}, ("share_out_of_range", "share")),
        (RIVAL, {}, ("competitor_missing", "competitor")),
        (RIVAL, {"competitor_id": 1, "strengths": (), "weaknesses": (), "counters": ()}, ("says_nothing", "strengths")),
        (RIVAL, {"competitor_id": 1, "price": Span(Decimal(2), Decimal(1))}, ("upside_down", "price")),
        (RIVAL, {"competitor_id": 1, "counters": ("长" * 201, "长" * 300)}, ("too_long", "counters")),
        (RIVAL, {"competitor_id": 1, "counters": tuple(map(str, range(21)))}, ("too_many", "counters")),
        (UNMET, {"text": ""}, ("missing", "text")),
    ],
)
def test_what_cannot_be_names_its_field(draft, change, code):
    assert codes(replace(draft, **change)) == {code}


def test_every_reason_is_given_at_once():
    wrong = replace(SIZE, title="", amount=Decimal(-1), source=replace(REPORT, reference=""))
    assert codes(wrong) == {("reference_missing", "reference"), ("missing", "title"), ("negative", "amount")}


class TestGrowth:
    def test_it_compounds(self):
        found = growth_of(GROWTH.points)
        assert (found.first, found.last) == (2023, 2027)
        assert found.rate == pytest.approx((520 / 262) ** 0.25 - 1)

    @pytest.mark.parametrize("points", [(), (Point(2025, YI),), (Point(2024, Decimal(0)), Point(2025, YI))])
    def test_nothing_can_be_said(self, points):
        assert growth_of(points) is None

    def test_a_market_that_vanishes_shrinks_by_all(self):
        assert growth_of((Point(2024, YI), Point(2025, Decimal(0)))).rate == -1

    @given(st.integers(1, 10**6), st.floats(-0.5, 2), st.integers(1, 20))
    def test_a_steady_rate_is_found_again(self, start, rate, years):
        points = [Point(2000 + n, Decimal(start) * Decimal(1 + rate) ** n) for n in range(years + 1)]
        assert growth_of(points).rate == pytest.approx(rate, abs=1e-6)

    def test_a_year_not_over_is_a_forecast(self):
        assert is_forecast(2026, sourced_on=date(2026, 3, 1))
        assert not is_forecast(2025, sourced_on=date(2026, 3, 1))


class TestApart:
    def test_more_than_a_fifth_is_apart(self):
        (found,) = apart([Figure(1, 2025, 100 * YI), Figure(2, 2025, 121 * YI), Figure(3, 2024, YI)])
        assert (found.year, [f.key for f in found.figures], found.share) == (2025, [1, 2], Decimal("0.21"))

    def test_a_fifth_is_not(self):
        assert apart([Figure(1, 2025, 100 * YI), Figure(2, 2025, 120 * YI)]) == ()

    def test_against_nothing_no_share_can_be_said(self):
        (found,) = apart([Figure(1, 2025, Decimal(0)), Figure(2, 2025, YI)])
        assert found.share is None

    def test_the_latest_year_first(self):
        figures = [Figure(n, year, n * YI) for n, year in ((1, 2023), (2, 2023), (1, 2025), (3, 2025))]
        assert [found.year for found in apart(figures)] == [2025, 2023]


class TestTyped:
    @pytest.mark.parametrize(
        ("text", "unit", "yuan"),
        [
            ("380", "亿元", 380 * YI),
            ("380亿", "万元", 380 * YI),
            ("3,800,000", "万元", 380 * YI),
            ("50万亿", "亿元", None),
            ("500000", "亿元", 500_000 * YI),
            ("0.5", "亿元", YI / 2),
            ("12.5亿元", "元", Decimal("12.5") * YI),
            ("３８０", "亿元", 380 * YI),
        ],
    )
    def test_amounts(self, text, unit, yuan):
        found = typed_amount(text, unit)
        assert found == yuan if yuan is not None else isinstance(found, Problem)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("1e400", "too_big"),
            ("9" * 400, "text_too_long"),
            ("9" * 50, "too_big"),
            ("-5", "negative"),
            ("很大", "amount_unclear"),
            ("$380", "foreign_currency"),
            ("300-400亿", "amount_is_range"),
            ("9999999999999", "too_big"),
            ("NaN", "amount_unclear"),
        ],
    )
    def test_what_cannot_be_read(self, text, code):
        found = typed_amount(text, "亿元")
        assert isinstance(found, Problem)
        assert found.code == code

    def test_nothing_is_nothing(self):
        assert typed_amount("", "亿元") is None

    def test_said_as_it_was_given(self):
        assert in_unit(380 * YI, "亿元") == "380"
        assert in_unit(Decimal("12.5") * YI, "亿元") == "12.5"
        assert in_unit(1_234_567 * YI, "亿元") == "1,234,567"
        assert best_unit([YI]) == "亿元"
        assert best_unit([Decimal(20_000)]) == "万元"
        assert best_unit([]) == "元"


@pytest.mark.parametrize(
    ("reference", "opened"),
    [
        ("https://example.com/a?b=1#c", True),
        (" http://example.com ", True),
        ("HTTPS://EXAMPLE.COM", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//example.com", False),
        ("https://", False),
        ("https://exa mple.com", False),
        ("https://example.com\njavascript:alert(1)", False),
        ("http://[::1", False),
        ("《报告》 https://example.com", False),
        ("mailto:a@example.com", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_opened(reference, opened):
    assert bool(web_address(reference)) is opened


class TestMissing:
    def test_nothing_yet(self):
        assert [r.code for r in missing({}, competitors=3)] == [
            "size_missing", "growth_missing", "unmet_missing", "competitors_missing",
        ]  # fmt: skip
        assert analysed({}) == 0

    def test_competitors_count_once_all_else_is_there(self):
        counts = {StatementKind.SIZE: 1, StatementKind.GROWTH: 1, StatementKind.COMPETITOR: 2}
        assert analysed(counts) == 0
        assert analysed(counts | {StatementKind.UNMET: 1}) == 2
        (reason,) = missing(counts | {StatementKind.UNMET: 1}, competitors=3)
        assert (reason.code, dict(reason.params)) == ("competitors_missing", {"actual": 2, "wanted": 3})
