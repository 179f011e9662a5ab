"""S2.4, S2.5: points, unknown facts, reachable maximum, tiers."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.spine.customers.rules import FactKind, Tier
from tuoke.steps.leads.rules import LeadFacts, Plan, Scorer, crossed, limits_of, plan, score, tier_of
from tuoke.steps.leads.rules.facts import Place, months_until, place
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
    verified=15,
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
    no = score(BEST._replace(decision_maker=False), PROFILE, today=TODAY)
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
    facts = BEST._replace(
        budget_low=None if low is None else Decimal(low),
        budget_high=None if high is None else Decimal(high),
    )
    assert (points(facts, Dimension.BUDGET), rule(facts, Dimension.BUDGET)) == (expected, code)


def test_a_budget_below_the_band_fits_not_at_all_without_custom_quotes():
    strict = replace(PROFILE, custom_quote=False)
    assert points(BEST._replace(budget_low=Decimal(1), budget_high=Decimal(2)), Dimension.BUDGET, strict) == 0


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
    assert points(BEST._replace(purchase_on=day), Dimension.URGENCY) == expected


def test_a_named_pain_presses():
    far = BEST._replace(purchase_on=date(2027, 11, 1), want="我们各系统数据不互通,要整合")
    assert points(far, Dimension.URGENCY) == 6
    unknown = far._replace(purchase_on=None)
    assert (points(unknown, Dimension.URGENCY), rule(unknown, Dimension.URGENCY)) == (2, "urgency_pain_only")


@pytest.mark.parametrize(("position", "expected"), [("集团CTO", 8), ("it主管", 5), ("前台", 3), ("", 3)])
def test_chain_by_position(position, expected):
    assert points(BEST._replace(decision_maker=None, position=position), Dimension.CHAIN) == expected


def test_weights_decide():
    weights = {
        Dimension.FIT: Decimal(100),
        Dimension.URGENCY: Decimal(0),
        Dimension.CHAIN: Decimal(0),
        Dimension.BUDGET: Decimal(0),
    }
    only_fit = replace(PROFILE, weights=weights)
    assert score(BEST._replace(industry="教育"), only_fit, today=TODAY).total == Decimal("5.0")


def test_persons_are_weighed_by_situation_and_income():
    profile = ProfileContent(life_stages=("已婚有孩",), situations=("新房装修",), income=Span(Decimal(200_000), None))
    person = LeadFacts(market="toc", situation="上海 已婚有孩", revenue_low=Decimal(300_000), verified=15)
    assert points(person, Dimension.FIT, profile) == 10
    assert points(person._replace(situation="北京"), Dimension.FIT, profile) == Decimal("3.8")
    unknown = person._replace(situation="", revenue_low=None)
    fit = score(unknown, profile, today=TODAY).of(Dimension.FIT)
    assert (fit.points, fit.reachable, fit.missing) == (0, 10, ("situation", "income"))


def test_what_a_profile_says_of_companies_says_nothing_of_persons():
    companies = ProfileContent(industries=("制造业",), revenue=Span(Decimal(1), None))
    assert rule(LeadFacts(market="toc", situation="上海"), Dimension.FIT, companies) == "fit_open"


# What isn't verified


def test_an_unverified_fact_counts_its_share_and_could_count_more():
    found = score(BEST._replace(verified=0), PROFILE, today=TODAY)
    points = {d.key.value: (d.points, d.said, d.reachable, d.unverified) for d in found.dimensions}
    assert points == {
        "fit": (Decimal("9.5"), 10, 10, (FactKind.SCALE,)),  # the industry is not verified, size is
        "urgency": (9, 10, 10, (FactKind.WANT,)),
        "chain": (9, 10, 10, (FactKind.CONTACT,)),
        "budget": (9, 10, 10, (FactKind.BUDGET,)),
    }
    assert (found.total, found.reachable) == (Decimal("9.1"), 10)


@pytest.mark.parametrize("kind", list(FactKind))
def test_each_kind_verified_counts_whole(kind):
    some = score(BEST._replace(verified=int(kind)), PROFILE, today=TODAY)
    assert [d.key for d in some.dimensions if not d.unverified] == [
        {FactKind.SCALE: "fit", FactKind.BUDGET: "budget", FactKind.WANT: "urgency", FactKind.CONTACT: "chain"}[kind]
    ]


def test_the_share_is_the_profiles():
    doubtful = BEST._replace(verified=0)
    assert score(doubtful, replace(PROFILE, unverified_share=100), today=TODAY).total == 10
    assert points(doubtful, Dimension.BUDGET, replace(PROFILE, unverified_share=0)) == 0


def test_what_counts_nothing_anyway_isnt_called_unverified():
    outside = BEST._replace(verified=0, budget_low=Decimal(1), budget_high=Decimal(2))
    budget = score(outside, replace(PROFILE, custom_quote=False), today=TODAY).of(Dimension.BUDGET)
    assert (budget.points, budget.reachable, budget.unverified) == (0, 0, ())


def test_a_need_presses_whether_or_not_it_is_verified():
    later = BEST._replace(verified=0, purchase_on=date(2027, 4, 1))  # 7 points said, 6.3 counted
    found = score(later, PROFILE, today=TODAY)
    assert found.of(Dimension.URGENCY).points == Decimal("6.3")
    assert tier_of(found, later, PROFILE, TODAY) is Tier.FOCUS


def test_tiers():
    def tier(facts: LeadFacts) -> Tier | None:
        return tier_of(score(facts, PROFILE, today=TODAY), facts, PROFILE, TODAY)

    assert tier(BEST) is Tier.FOCUS
    assert tier(BEST._replace(decision_maker=None)) is Tier.NURTURE
    assert tier(BEST._replace(purchase_on=date(2027, 6, 1))) is Tier.WATCH
    assert tier(BEST._replace(purchase_on=date(2027, 5, 31))) is Tier.FOCUS
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
    verified=st.integers(0, 15),
    situation=st.text(max_size=8),
)


@given(some_facts)
def test_every_score_is_within_bounds_and_explains_itself(facts):
    found = score(facts, PROFILE, today=TODAY)
    assert 0 <= found.total <= found.reachable <= 10
    for dimension in found.dimensions:
        assert 0 <= dimension.points <= dimension.said <= dimension.reachable <= 10
        assert dimension.rule
        assert bool(dimension.missing) or dimension.said == dimension.reachable
        assert bool(dimension.unverified) is (dimension.points < dimension.said)


@given(st.lists(some_facts, max_size=20))
def test_many_and_one_are_the_same(many):
    scorer = Scorer(PROFILE, TODAY)
    assert [scorer.score(facts) for facts in many] == [score(facts, PROFILE, today=TODAY) for facts in many]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_months_are_calendar_months(day):
    assert months_until(day, day) == 0


# What asking would add


def test_every_question_says_what_the_best_answer_brings():
    scorer = Scorer(PROFILE, TODAY)
    found = plan(scorer, LeadFacts())
    assert {gain.fact: gain.points for gain in found.questions} == {
        "industry": Decimal("1.3"), "staff": Decimal("0.7"), "revenue": Decimal("0.5"), "purchase_on": Decimal("2.3"),
        "decision_maker": Decimal("2.3"), "contact": Decimal("0.7"), "position": Decimal("1.8"), "budget": Decimal("2.3"),
    }  # fmt: skip
    assert [gain.points for gain in found.questions] == sorted((g.points for g in found.questions), reverse=True)
    assert found.first == ("purchase_on", "decision_maker", "budget")
    assert found.reach == Decimal("6.8")
    assert found.proofs == ()


def test_what_is_known_is_not_asked_again_but_may_be_verified():
    found = plan(Scorer(PROFILE, TODAY), BEST._replace(verified=0))
    assert found.questions == ()
    assert {gain.fact: gain.points for gain in found.proofs} == {
        "budget": Decimal("0.3"), "want": Decimal("0.3"), "contact": Decimal("0.3"), "scale": Decimal("0.2"),
    }  # fmt: skip
    assert plan(Scorer(PROFILE, TODAY), BEST) == Plan(reach=Decimal("10.0"))


@given(some_facts)
def test_asking_and_verifying_everything_reaches_no_further_than_the_maximum(facts):
    scorer = Scorer(PROFILE, TODAY)
    now, found = scorer.score(facts), plan(scorer, facts)
    assert {gain.fact for gain in found.questions} == {name for d in now.dimensions for name in d.missing}
    assert now.total <= found.reach <= now.reachable
    assert all(gain.points >= 0 for gain in (*found.questions, *found.proofs))


# What the days change


def test_within_a_month_nothing_moves():
    assert crossed(date(2026, 11, 1), date(2026, 11, 30), {3, 6}) == []


def test_a_new_month_moves_what_crosses_a_limit():
    assert crossed(date(2026, 11, 23), date(2026, 12, 1), {-1, 3}) == [
        (date(2026, 11, 1), date(2026, 12, 1)),  # passed
        (date(2027, 3, 1), date(2027, 4, 1)),  # three months ahead now
    ]


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.dates(date(2026, 1, 1), date(2029, 1, 1)), some_facts)
def test_whatever_the_days_change_is_looked_at(since, today, facts):
    def standing(day):
        found = Scorer(PROFILE, day).score(facts)
        return found.total, found.reachable, tier_of(found, facts, PROFILE, day)

    moved = crossed(since, today, limits_of([PROFILE]))
    is_looked_at = any(first <= facts.purchase_on < before for first, before in moved) if facts.purchase_on else False
    assert is_looked_at or standing(since) == standing(today)


def test_it_is_fast_enough_for_a_hundred_thousand():
    facts = [
        BEST._replace(budget_low=Decimal(n % 90) * 10_000, position=f"岗位{n % 7}", want=f"项目{n}")
        for n in range(5_000)
    ]
    scorer = Scorer(PROFILE, TODAY)
    began = time.perf_counter()
    for fact in facts:
        scorer.score(fact)
    assert (time.perf_counter() - began) / len(facts) < 60e-6  # 5 µs on an idle machine
