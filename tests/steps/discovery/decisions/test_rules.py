from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.base.kernel.ordering import moved
from tuoke.base.kernel.verdict import Verdict
from tuoke.spine.customers.rules import DecisionRole
from tuoke.steps.discovery.decisions.rules import (
    Attitude,
    CriterionDraft,
    Finding,
    Influence,
    Known,
    KnownKind,
    Person,
    ProcessDraft,
    StanceDraft,
    all_reviewed,
    drawn,
    gaps,
    is_whole,
    may_find,
    may_report,
    split_rest,
)

TODAY = date(2026, 11, 23)
MET = date(2026, 11, 20)
BOSS = Person("陈总", DecisionRole.DECIDER, Influence.HIGH, Attitude.SUPPORTS, last_met_on=MET)
CHIEF = Person("李主管", DecisionRole.INFLUENCER, Influence.MEDIUM, Attitude.NEUTRAL, last_met_on=MET)
THOUGHT = {DecisionRole.USER, DecisionRole.BLOCKER}


def codes(*people, thought=(), today=TODAY):
    return [gap.code for gap in gaps(people, thought=thought, today=today)]


def test_a_whole_map_lacks_nothing():
    assert codes(BOSS, CHIEF, thought=THOUGHT) == []
    assert is_whole([BOSS, CHIEF], thought=THOUGHT)


def test_an_empty_map_says_only_that():
    assert codes() == ["nobody"]
    assert not is_whole([], thought=set(DecisionRole))


@pytest.mark.parametrize(
    ("people", "code", "is_hole"),
    [
        ((CHIEF, Person("赵", DecisionRole.USER, last_met_on=MET)), "decider_unknown", True),
        ((Person("陈总", DecisionRole.DECIDER, attitude=Attitude.NEUTRAL), CHIEF, BOSS), None, False),
        (
            (Person("陈总", DecisionRole.DECIDER, attitude=Attitude.NEUTRAL), CHIEF, Person("赵", last_met_on=MET)),
            "decider_unmet",
            False,
        ),
        ((BOSS, Person("李", DecisionRole.INFLUENCER, attitude=Attitude.NEUTRAL)), "single_contact", True),
        ((Person("陈总", DecisionRole.DECIDER, attitude=Attitude.NEUTRAL),), "nobody_met", True),
        (
            (BOSS, CHIEF, Person("反", DecisionRole.BLOCKER, attitude=Attitude.OPPOSES)),
            "blocker_unplanned",
            False,
        ),
        ((BOSS, CHIEF, Person("孙", influence=Influence.HIGH)), "attitude_unknown", True),
    ],
)
def test_each_gap_is_seen(people, code, is_hole):
    found = codes(*people, thought={DecisionRole.USER, DecisionRole.BLOCKER, DecisionRole.INFLUENCER})
    assert (code in found) if code else "decider_unmet" not in found
    if code:
        whole = is_whole(people, thought={DecisionRole.USER, DecisionRole.BLOCKER, DecisionRole.INFLUENCER})
        assert whole is not is_hole


def test_a_blocker_with_a_plan_is_no_gap_and_somebody_against_is_a_blocker_whatever_his_role():
    against = Person("钱", DecisionRole.USER, attitude=Attitude.OPPOSES)
    assert gaps([BOSS, CHIEF, against], thought=THOUGHT, today=TODAY)[0].params == {"names": ("钱",)}
    planned = Person("钱", DecisionRole.USER, attitude=Attitude.OPPOSES, has_plan=True)
    assert codes(BOSS, CHIEF, planned, thought=THOUGHT) == []


def test_roles_are_thought_of_one_by_one():
    missing = [gap.params["role"] for gap in gaps([BOSS, CHIEF], thought=(), today=TODAY)]
    assert missing == ["user", "blocker"]
    assert not is_whole([BOSS, CHIEF], thought={DecisionRole.USER})


def test_silence_begins_after_two_weeks():
    assert "silent" not in codes(BOSS, CHIEF, thought=THOUGHT, today=date(2026, 12, 3))
    late = gaps([BOSS, CHIEF], thought=THOUGHT, today=date(2026, 12, 4))
    assert [(gap.code, gap.params) for gap in late] == [("silent", {"days": 14})]
    assert is_whole([BOSS, CHIEF], thought=THOUGHT), "silence is work to do, no hole in the map"


def test_nobody_reports_to_himself_or_in_a_circle():
    lines = {1: 2, 2: 3}
    assert may_report(4, 1, lines)
    assert [r.code for r in may_report(1, 1, {}).reasons] == ["reports_to_himself"]
    assert [r.code for r in may_report(3, 1, lines).reasons] == ["reports_in_a_circle"]
    assert may_report(9, 1, {1: 2, 2: 1}), "a circle that was there before doesn't keep the rule from ending"


@given(st.lists(st.none() | st.integers(0, 100), max_size=12))
def test_a_split_makes_one_hundred_and_leaves_what_was_given(weights):
    split = split_rest(weights)
    if isinstance(split, Verdict):
        assert None not in weights or 100 - sum(w or 0 for w in weights) < weights.count(None)
        return
    assert sum(split) == 100
    shares = [new for old, new in zip(weights, split, strict=True) if old is None]
    assert max(shares) - min(shares) <= 1
    assert all(old == new for old, new in zip(weights, split, strict=True) if old is not None)


@given(st.permutations(list(range(1, 7))), st.integers(0, 9))
def test_moving_changes_one_place_and_can_be_taken_back(order, to):
    fresh = moved(order, 3, to=to)
    assert fresh.index(3) == min(to, 5)
    assert [key for key in fresh if key != 3] == [key for key in order if key != 3]
    assert moved(fresh, 3, to=order.index(3)) == tuple(order)


def test_drafts_say_every_fault():
    far = date(2027, 1, 1)
    wrong = StanceDraft(since=far, cares="啊" * 201, note="\x00").faults(today=TODAY)
    assert {(r.code, r.params["field"]) for r in wrong.reasons} == {
        ("too_long", "cares"), ("text_broken", "note"), ("since_in_future", "since"),
    }  # fmt: skip
    assert [r.code for r in StanceDraft(since=date(1900, 1, 1)).faults(today=TODAY).reasons] == ["since_too_early"]
    assert [r.code for r in CriterionDraft(" ", weight=101).faults().reasons] == ["text_missing", "weight_out_of_range"]
    assert [r.code for r in ProcessDraft(rounds=21, decision_on=date(1999, 1, 1)).faults().reasons] == [
        "rounds_out_of_range", "decision_date_odd",
    ]  # fmt: skip
    assert ProcessDraft().faults()
    assert CriterionDraft("周期", weight=0).faults()


def test_a_change_must_be_told():
    assert [r.code for r in may_find(Finding.CHANGED, " ").reasons] == ["change_missing"]
    assert [r.code for r in may_find(Finding.OPEN, "").reasons] == ["finding_missing"]
    assert may_find(Finding.CHANGED, "预算减半")
    assert may_find(Finding.SOLVED, "")


def test_all_is_reviewed_where_nothing_is_known():
    known = Known(KnownKind.NEED, 7, "报表", "", "一期")
    assert all_reviewed([], set())
    assert not all_reviewed([known], {("criterion", 7)})
    assert all_reviewed([known], {("need", 7)})


def test_the_drawing_keeps_people_in_their_band_and_apart():
    drawing = drawn([("decider", [1]), ("influencer", []), ("user", [2, 3, 4, 5, 6, 7])], {2: 1, 3: 99, 4: 3})
    assert [band.is_empty for band in drawing.bands] == [False, True, False]
    spots = {(node.x, node.y) for node in drawing.nodes}
    assert len(spots) == 7
    user = drawing.bands[2]
    for key in range(2, 8):
        assert user.y < drawing.places[key].y < user.y + user.height
    assert all(node.x + 198 <= drawing.width and node.y + 92 <= drawing.height for node in drawing.nodes)
    assert [(line.person, line.boss) for line in drawing.lines] == [(2, 1), (4, 3)]
    assert drawing.lines[0].path.startswith(f"M{drawing.places[2].x + 99} {drawing.places[2].y}")


def test_a_line_across_a_band_runs_beside_the_cards():
    drawing = drawn([("decider", [1]), ("influencer", [2]), ("user", [3])], {2: 1, 3: 1})
    near, far = (line.path for line in drawing.lines)
    column = drawing.places[1].x
    assert "H" in near
    assert near.count("V") == 2
    assert f"H{column - 11}V" in far, "in the lane left of the column, not behind the card between"
