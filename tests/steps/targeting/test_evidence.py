"""What closed deals tell: the arithmetic against published values, our own and imported deals together."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.targeting.closed import DAY, own, past, won
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.targeting.models import PastDeal
from tuoke.steps.targeting.queries import Which, evidence
from tuoke.steps.targeting.rules.evidence import Closed, Group, Order, Rate, Tally, difference, ordered, twins
from tuoke.steps.targeting.rules.suggestions import band_of, band_said


class TestIntervals:
    @pytest.mark.parametrize(
        ("cases", "n", "low", "high"),
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_wilson_gives_the_values_that_newcombe_1998_published(self, cases, n, low, high):
        rate = Rate(cases, n)
        assert (round(rate.low, 4), round(rate.high, 4)) == (low, high)

    def test_wilson_by_hand_for_one_of_ten(self):
        """(p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = 0.1, n = 10, z = 1.96: 0.0179 and 0.4042."""
        assert [round(end, 4) for end in Rate(1, 10).interval()] == [0.0179, 0.4042]

    @pytest.mark.parametrize(
        ("one", "other", "low", "high"),
        [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ],
    )
    def test_differences_give_the_values_that_newcombe_1998_published(self, one, other, low, high):
        found = difference(Rate(*one), Rate(*other))
        assert [round(end, 4) for end in found] == [low, high]

    def test_without_cases_anything_may_be(self):
        assert Rate(0, 0).interval() == (0, 1)
        assert difference(Rate(0, 0), Rate(3, 4)) == (-1, 1)

    @given(n=st.integers(1, 5000), m=st.integers(1, 5000), p=st.floats(0, 1), q=st.floats(0, 1))
    def test_a_difference_lies_in_its_interval_and_more_certainty_widens_it(self, n, m, p, q):
        one, other = Rate(round(n * p), n), Rate(round(m * q), m)
        low, high = difference(one, other)
        assert -1 - 1e-9 <= low <= one.share - other.share + 1e-9
        assert one.share - other.share - 1e-9 <= high <= 1 + 1e-9
        wide = difference(one, other, 0.99)
        assert wide[0] <= low + 1e-9
        assert high <= wide[1] + 1e-9


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (None, None, ""), (100, 500, "100-499人"), (358, 358, "100-499人"), (50, None, "50-99人"), (None, 50, "1-49人"),
        (1000, 5000, "1000-4999人"), (5000, None, "≥5000人"), (0, 0, "1-49人"), (20000, 30000, "≥5000人"),
    ],
)  # fmt: skip
def test_a_head_count_belongs_to_a_band(low, high, band):
    assert band_of(low, high) == band


def test_a_size_in_words_is_its_own_band():
    assert (band_said("100-500人"), band_said("358"), band_said("大型"), band_said("")) == (
        "100-499人", "100-499人", "大型", "",
    )  # fmt: skip


class TestTwins:
    ours = Closed("甲", "won", DAY, Decimal(5))

    def test_each_own_deal_answers_for_one(self):
        assert twins([self.ours, self.ours], [self.ours]) == [0]
        assert twins([self.ours, self.ours], [self.ours, self.ours]) == [0, 1]

    @pytest.mark.parametrize(
        ("imported", "same"),
        [
            (Closed("甲", "won", DAY, Decimal(5)), True),
            (Closed("甲", "won", DAY, None), True),
            (Closed("甲", "won", DAY, Decimal(6)), False),
            (Closed("甲", "lost", DAY, Decimal(5)), False),
            (Closed("乙", "won", DAY, Decimal(5)), False),
            (Closed("甲", "won", DAY + timedelta(days=1), Decimal(5)), False),
        ],
    )
    def test_the_same_is_the_same_party_outcome_day_and_amount(self, imported, same):
        assert twins([imported], [self.ours]) == ([0] if same else [])

    def test_who_is_unknown_is_nobodys_twin(self):
        nobody = Closed("", "won", DAY, Decimal(5))
        assert twins([nobody], [nobody]) == []


def test_the_sure_ones_come_first_and_small_groups_last():
    groups = [Group("小", Tally(n=5, won=5)), Group("稳", Tally(n=200, won=120)), Group("弱", Tally(n=200, won=20))]
    assert [g.value for g in ordered(groups, Order.SURE, minimum=20)] == ["稳", "弱", "小"]
    assert [g.value for g in ordered(groups, Order.RATE, minimum=20)] == ["小", "稳", "弱"]


@pytest.mark.django_db
class TestTogether:
    @pytest.fixture
    def deal(self, company, now, playbook):
        return own(
            owner=company.rep,
            by=company.by("rep"),
            now=now,
            industry="制造业",
            region="江苏",
            staff_low=100,
            staff_high=500,
        )

    def test_own_and_imported_deals_add_up(self, company, deal):
        won(deal, amount=300_000, days=10)
        past(3, 1, industry="制造业 ", size="200人", region="江苏", customer="别人")

        found = evidence(company.by("director"))

        assert (found.own, found.imported, found.twice) == (1, 4, 0)
        assert (found.whole.n, found.whole.won) == (5, 4)
        assert found.whole.average == Decimal(150_000)
        assert found.whole.cycle == pytest.approx((3 * 30 + 10) / 4)
        industry, size = found.cut("industry"), found.cut("size")
        assert [(g.value.strip(), g.rate.n) for g in industry.groups] == [("制造业", 5)]
        assert [(g.value, g.rate.n) for g in size.groups] == [("100-499人", 5)]
        assert (found.first_year, found.last_year) == (2025, 2026)

    def test_one_or_the_other_alone(self, company, deal):
        past(1, 0, industry="教育")
        director = company.by("director")
        assert evidence(director, which=Which.OWN).whole.n == 1
        assert evidence(director, which=Which.IMPORTED).whole.n == 1
        assert [g.value for g in evidence(director, which=Which.IMPORTED).cut("industry").groups] == ["教育"]

    def test_a_deal_that_was_imported_too_counts_once(self, company, deal):
        today = Opportunity.objects.get().outcome_on
        PastDeal.objects.create(
            digest="x", customer="甲 有限公司", industry="制造业", outcome="lost", closed_on=today, created_on=today
        )
        PastDeal.objects.create(digest="y", customer="甲", industry="教育", outcome="lost", closed_on=date(2020, 1, 1))

        found = evidence(company.by("director"))

        assert (found.whole.n, found.own, found.imported, found.twice) == (2, 1, 1, 1)
        assert {g.value: g.rate.n for g in found.cut("industry").groups} == {"制造业": 1, "教育": 1}
        assert evidence(company.by("director"), which=Which.IMPORTED).whole.n == 2

    def test_everybody_counts_what_he_may_see(self, company, deal, now):
        own(owner=company.other_team, by=company.by("other_team"), now=now, name="乙有限公司")
        past(1, 1)
        seen = {
            who: evidence(company.by(who)) for who in ("rep", "other_team", "team_lead", "director", "process_owner")
        }
        assert {who: (found.own, found.imported) for who, found in seen.items()} == {
            "rep": (1, 2), "other_team": (1, 2), "team_lead": (1, 2), "director": (2, 2), "process_owner": (0, 2),
        }  # fmt: skip

    def test_what_is_open_void_or_practice_tells_nothing(self, company, deal):
        for change in (
            {"outcome": "void"},
            {"is_practice": True, "outcome": "lost"},
            {"outcome": "open", "outcome_on": None, "is_practice": False},
        ):
            Opportunity.objects.update(**change)
            assert evidence(company.by("director")).whole.n == 0

    def test_a_market_is_asked_of_our_own_only(self, company, deal):
        past(1, 0)
        assert evidence(company.by("director"), market="toc").whole.n == 1
        assert evidence(company.by("director"), market="tob").whole.n == 2

    def test_it_costs_the_same_for_one_and_three(self, company, deal, now):
        past(1, 1, industry="制造业")
        director = company.by("director")

        def queries():
            with CaptureQueriesContext(connection) as found:
                evidence(director)
            return len(found)

        one = queries()
        for name in ("乙有限公司", "丙有限公司"):
            own(owner=company.rep, by=company.by("rep"), now=now, name=name, industry=name)
        today = timezone.localdate(now)
        for n in range(3):
            past(1, 1, industry=f"行业{n}", region=f"地区{n}")
        PastDeal.objects.create(digest="x", customer="乙", outcome="lost", closed_on=today)
        assert queries() <= one + 1
