"""Predictions, moves, readiness, what a follow-up sounds like: plain Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tuoke.spine.library.rules import ObjectionKind
from tuoke.steps.proposals.objections import words
from tuoke.steps.proposals.objections.rules import (
    FROM,
    RULES,
    DealFacts,
    ObjectionDraft,
    Readiness,
    Result,
    RivalFact,
    State,
    all_prepared,
    before,
    best_for,
    heard_in,
    may_move,
    predict,
    settled,
    sound_day,
)
from tuoke.steps.proposals.objections.rules.prediction import HINTS

TODAY = date(2026, 11, 23)
QUIET = DealFacts(
    today=TODAY, close_on=date(2027, 2, 1), motion="existing", price=Decimal(100), budget_high=Decimal(100),
    has_decider=True, decider_met=True,
)  # fmt: skip


def rules_of(**facts):
    return [one.rule for one in predict(replace(QUIET, **facts))]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"price": Decimal(101)}, ["price_above_budget"]),
        ({"price": None}, []),
        ({"budget_high": None}, ["budget_unknown"]),
        ({"price": Decimal(0), "budget_high": None}, []),
        ({"rivals": (RivalFact("云图", Decimal(80), Decimal(90)),)}, ["rival_cheaper", "competitor_named"]),
        ({"rivals": (RivalFact("云图", Decimal(80), Decimal(96)),)}, ["competitor_named"]),
        ({"rivals": (RivalFact("云图"),)}, ["competitor_named"]),
        ({"close_on": date(2027, 1, 7)}, ["short_deadline"]),
        ({"close_on": date(2027, 1, 8)}, []),
        ({"close_on": date(2026, 11, 22)}, []),
        ({"close_on": date(2027, 4, 23)}, ["nothing_presses"]),
        ({"close_on": None}, ["nothing_presses"]),
        ({"industry": "金融业"}, ["sensitive_industry"]),
        ({"needs": ("权限要按岗位划分",)}, ["security_need"]),
        ({"needs": ("春节前要上线",)}, ["urgent_need"]),
        ({"needs": ("整合现有 5 个系统",)}, ["big_change"]),
        ({"needs": ("看板",) * 5}, ["big_change"]),
        ({"decider_met": False}, ["no_decider_met"]),
        ({"decider_met": False, "asks_for_people": False}, []),
        ({"against": ("李工",)}, ["somebody_against"]),
        ({"scale": "large"}, ["many_departments"]),
        ({"motion": "new"}, ["first_deal"]),
        ({"motion": "cross_region"}, ["far_away"]),
    ],
)
def test_each_rule_speaks_from_its_facts_alone(facts, expected):
    assert rules_of(**facts) == expected


def test_every_rule_says_why_in_words_and_what_the_customer_would_say():
    loud = replace(
        QUIET, price=Decimal(500000), budget_high=Decimal(300000), close_on=date(2026, 12, 1), industry="教育", scale="large",
        motion="new", is_complex=True, needs=("尽快整合系统，数据安全",), rivals=(RivalFact("云图", Decimal(300000)),),
        has_decider=False, decider_met=False, against=("李工",),
    )  # fmt: skip
    found = {one.rule: one for one in predict(loud)}
    quiet = {
        "budget_unknown": replace(loud, budget_high=None),
        "far_away": replace(loud, motion="cross_region"),
        "nothing_presses": replace(loud, close_on=None),
    }
    found |= {rule: next(one for one in predict(facts) if one.rule == rule) for rule, facts in quiet.items()}
    assert found.keys() == RULES.keys() == HINTS.keys() == words.RULE_TEXTS.keys()
    said = {rule: words.why(rule, one.facts) for rule, one in found.items()}
    assert all(said.values())
    assert not any("%(" in text or "{" in text for text in said.values())
    assert said["price_above_budget"] == "我们的价格 50万 元 高于客户预算 30万 元"
    assert "云图" in said["rival_cheaper"]
    assert all(words.rule_name(rule) for rule in RULES)
    assert {kind for kind, _rule in RULES.values()} == set(ObjectionKind)


def test_the_librarys_objection_that_fits_is_found():
    texts = ["价格太高 超出我们的预算", "别家更便宜 另一家比你们便宜两成"]
    assert [best_for(rule, texts) for rule in ("price_above_budget", "rival_cheaper", "first_deal")] == [0, 1, 0]
    assert best_for("first_deal", []) is None


@pytest.mark.parametrize("verb", FROM)
def test_a_verb_is_refused_where_it_makes_no_sense(verb):
    allowed = {state for state in State if may_move(verb, state, answer="答")}
    assert allowed == set(FROM[verb])
    if verb in ("answer", "settle"):
        assert "answer_missing" in may_move(verb, State.RAISED, answer=" ").codes


def test_a_step_back_leads_where_it_came_from():
    back = {"answer": "答", "answered_on": TODAY, "raised_on": TODAY, "has_result": False}
    assert before(State.RESOLVED, **{**back, "has_result": True}) is State.ANSWERED
    assert before(State.ANSWERED, **{**back, "has_result": True}) is State.ANSWERED
    assert before(State.ANSWERED, **back) is State.RAISED
    assert before(State.ANSWERED, **{**back, "raised_on": None}) is State.PREPARED
    assert before(State.RAISED, **{**back, "answer": ""}) is State.PREDICTED
    assert before(State.DISMISSED, **back) is State.PREPARED
    assert [settled(result) for result in (Result.ACCEPTED, Result.PARTLY)] == [State.RESOLVED, State.ANSWERED]
    assert sound_day(date(2026, 11, 24), today=TODAY, field="on").codes == ("day_in_future",)
    assert sound_day(date(1026, 11, 24), today=TODAY, field="on").codes == ("day_too_early",)


def test_prepared_is_an_answer_with_something_behind_it():
    bare = Readiness(State.PREPARED, "答")
    assert not all_prepared([])
    assert not all_prepared([bare])
    assert not all_prepared([Readiness(State.RAISED, "", "", 2)])
    assert all_prepared([replace(bare, proofs=1), replace(bare, backing="试用记录"), Readiness(State.DISMISSED)])


def test_drafts_are_judged_with_every_reason():
    draft = ObjectionDraft(ObjectionKind.PRICE, " ", "答" * 2001, backing="\ud800", proofs=tuple(range(11)))
    assert draft.faults().codes == ("text_missing", "too_long", "text_broken", "too_many_proofs")
    assert ObjectionDraft(ObjectionKind.PRICE, "<b>贵</b> 😀").faults()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("客户说太贵了，超出预算。另外担心数据安全。", ["price", "security"]),
        ("客户不觉得太贵", []),
        ("王总说要上会，明年再考虑", ["timing", "authority"]),
        ("谈得很顺利，约了下周演示", []),
        ("", []),
    ],
)
def test_a_follow_up_that_sounds_like_an_objection_is_heard(text, kinds):
    assert sorted(heard.kind.value for heard in heard_in(text)) == sorted(kinds)
