"""S2.4, S2.5: points, unknown facts, reachable maximum, tiers."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads.rules import LeadFacts, Scorer, score, tier_of
from tuoke.steps.leads.rules.scoring import Place, months_until, place
from tuoke.steps.targeting.rules import Dimension, Pain, ProfileContent, Span

TODAY = date(2026, 11, 23)
PROFILE = ProfileContent(
    industries=("制造业", "信息技术"),
    staff=Span(100, 500),
    revenue=Span(Decimal(50_000_000), Decimal(200_000_000)),
    deciders=("总经理", "CTO"),
    influencers=("主管",),
    pains=(Pain("数据不互通"),),
    budget=Span(Decimal(200_000), Decimal(500_000)),
    custom_quote=True,
)
BEST = LeadFacts(
    industry="汽车制造",
    staff_low=200,
    staff_high=300,
    revenue_low=Decimal(100_000_000),
    revenue_high=Decimal(100_000_000),
    budget_low=Decimal(300_000),
    budget_high=Decimal(300_000),
    purchase_on=date(2027, 1, 1),
    decision_maker=True,
    position="总经理",
    has_contact=True,
)


def points(facts: LeadFacts, key: Dimension, profile: ProfileContent = PROFILE) -> Decimal:
    return score(facts, profile, today=TODAY).points(key)


def rule(facts: LeadFacts, key: Dimension, profile: ProfileContent = PROFILE) -> str:
    return next(d.rule for d in score(facts, profile, today=TODAY).dimensions if d.key is key)


def test_the_best_lead_has_ten_points():
    found = score(BEST, PROFILE, today=TODAY)
    assert (found.total, found.reachable) == (Decimal("10.0"), Decimal("10.0"))
    assert [d.key for d in found.dimensions] == list(Dimension)


def test_what_nobody_knows_counts_nothing_and_is_named():
    found = score(LeadFacts(), PROFILE, today=TODAY)
    assert found.total == 0
    assert found.reachable == 10
    missing = {d.key: d.missing for d in found.dimensions}
    assert missing[Dimension.FIT] == ("industry", "staff", "revenue")
    assert missing[Dimension.URGENCY] == ("purchase_on",)
    assert missing[Dimension.CHAIN] == ("decision_maker", "contact", "position")
    assert missing[Dimension.BUDGET] == ("budget",)


def test_a_known_no_is_not_an_unknown():
    no = score(replace(BEST, decision_maker=False), PROFILE, today=TODAY)
    chain = next(d for d in no.dimensions if d.key is Dimension.CHAIN)
    assert (chain.points, chain.reachable, chain.missing) == (8, 8, ())


@pytest.mark.parametrize(
    ("low", "high", "expected", "code"),
    [
        (300_000, 400_000, 10, "budget_inside"),
        (100_000, 300_000, 8, "budget_overlaps"),
        (600_000, None, 6, "budget_above"),
        (100_000, 150_000, 5, "budget_below_custom"),
        (None, None, 0, "budget_unknown"),
    ],
)
def test_budget(low, high, expected, code):
    facts = replace(
        BEST,
        budget_low=None if low is None else Decimal(low),
        budget_high=None if high is None else Decimal(high),
    )
    assert (points(facts, Dimension.BUDGET), rule(facts, Dimension.BUDGET)) == (expected, code)


def test_a_budget_below_the_band_fits_not_at_all_without_custom_quotes():
    strict = replace(PROFILE, custom_quote=False)
    assert points(replace(BEST, budget_low=Decimal(1), budget_high=Decimal(2)), Dimension.BUDGET, strict) == 0


def test_the_price_band_serves_where_the_profile_names_no_budget():
    priced = replace(PROFILE, budget=Span(None, None), price=Span(Decimal(200_000), Decimal(400_000)))
    assert rule(BEST, Dimension.BUDGET, priced) == "budget_inside"
    assert rule(BEST, Dimension.BUDGET, ProfileContent()) == "budget_open"


def test_without_a_profile_what_is_known_fits_and_what_is_unknown_still_counts_nothing():
    nothing = ProfileContent()
    assert score(BEST, nothing, today=TODAY).total == 10
    assert score(LeadFacts(), nothing, today=TODAY).total == 0
    assert score(LeadFacts(), nothing, today=TODAY).reachable == 10


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 1), 10),
        (date(2027, 2, 28), 10),
        (date(2027, 5, 1), 7),
        (date(2027, 11, 1), 4),
        (date(2028, 11, 1), 2),
        (date(2026, 10, 31), 0),
    ],
)
def test_urgency_by_months(day, expected):
    assert points(replace(BEST, purchase_on=day), Dimension.URGENCY) == expected


def test_a_named_pain_presses():
    far = replace(BEST, purchase_on=date(2027, 11, 1), want="我们各系统数据不互通,要整合")
    assert points(far, Dimension.URGENCY) == 6
    unknown = replace(far, purchase_on=None)
    assert (points(unknown, Dimension.URGENCY), rule(unknown, Dimension.URGENCY)) == (2, "urgency_pain_only")


@pytest.mark.parametrize(("position", "expected"), [("集团CTO", 8), ("it主管", 5), ("前台", 3), ("", 3)])
def test_chain_by_position(position, expected):
    assert points(replace(BEST, decision_maker=None, position=position), Dimension.CHAIN) == expected


def test_weights_decide():
    weights = {
        Dimension.FIT: Decimal(100),
        Dimension.URGENCY: Decimal(0),
        Dimension.CHAIN: Decimal(0),
        Dimension.BUDGET: Decimal(0),
    }
    only_fit = replace(PROFILE, weights=weights)
    assert score(replace(BEST, industry="教育"), only_fit, today=TODAY).total == Decimal("5.0")


def test_persons_are_weighed_by_situation_and_income():
    profile = ProfileContent(industries=("已婚有孩",), revenue=Span(Decimal(200_000), None))
    person = LeadFacts(market="toc", situation="上海 已婚有孩", revenue_low=Decimal(300_000), revenue_high=None)
    assert points(person, Dimension.FIT, profile) == 10
    assert points(replace(person, situation="北京"), Dimension.FIT, profile) == Decimal("3.8")


def test_tiers():
    def tier(facts: LeadFacts) -> Tier | None:
        return tier_of(score(facts, PROFILE, today=TODAY), facts, PROFILE, TODAY)

    assert tier(BEST) is Tier.FOCUS
    assert tier(replace(BEST, decision_maker=None)) is Tier.NURTURE
    assert tier(replace(BEST, purchase_on=date(2027, 6, 1))) is Tier.WATCH
    assert tier(replace(BEST, purchase_on=date(2027, 5, 31))) is Tier.FOCUS
    assert tier(LeadFacts()) is None


def test_ranges():
    span = Span(100, 500)
    assert place(None, None, span) is Place.UNKNOWN
    assert place(100, 500, span) is Place.INSIDE
    assert place(50, None, span) is Place.OVERLAPS
    assert place(None, 99, span) is Place.BELOW
    assert place(501, None, span) is Place.ABOVE


amounts = st.none() | st.integers(0, 10**9).map(Decimal)
counts = st.none() | st.integers(0, 10**6)
some_facts = st.builds(
    LeadFacts,
    market=st.sampled_from(["tob", "toc"]),
    industry=st.sampled_from(["", "制造业", "教育", "软件和信息技术服务业"]) | st.text(max_size=8),
    staff_low=counts,
    staff_high=counts,
    revenue_low=amounts,
    revenue_high=amounts,
    budget_low=amounts,
    budget_high=amounts,
    purchase_on=st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    decision_maker=st.none() | st.booleans(),
    position=st.sampled_from(["", "总经理", "IT主管", "员工"]),
    has_contact=st.booleans(),
    want=st.sampled_from(["", "数据不互通", "别的"]),
    situation=st.text(max_size=8),
)


@given(some_facts)
def test_every_score_is_within_bounds_and_explains_itself(facts):
    found = score(facts, PROFILE, today=TODAY)
    assert 0 <= found.total <= found.reachable <= 10
    for dimension in found.dimensions:
        assert 0 <= dimension.points <= dimension.reachable <= 10
        assert dimension.rule
        assert bool(dimension.missing) or dimension.points == dimension.reachable


@given(st.lists(some_facts, max_size=20))
def test_many_and_one_are_the_same(many):
    scorer = Scorer(PROFILE, TODAY)
    assert [scorer.score(facts) for facts in many] == [score(facts, PROFILE, today=TODAY) for facts in many]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_months_are_calendar_months(day):
    assert months_until(day, day) == 0


def test_it_is_fast_enough_for_a_hundred_thousand():
    facts = [
        replace(BEST, budget_low=Decimal(n % 90) * 10_000, position=f"岗位{n % 7}", want=f"项目{n}")
        for n in range(5_000)
    ]
    scorer = Scorer(PROFILE, TODAY)
    began = time.perf_counter()
    for fact in facts:
        scorer.score(fact)
    assert (time.perf_counter() - began) / len(facts) < 60e-6  # 5 µs on an idle machine
