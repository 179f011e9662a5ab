from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spine.playbook.docs import shipped, small
from tuoke.spine.playbook.rules import (
    KINDS,
    CriterionDoc,
    StepKey,
    VariantDoc,
    fact_key,
    judge,
    parse,
    resolve,
)


def asked(kind: str, *, key: str = "outreach-x", step: StepKey = StepKey.OUTREACH, **more: object) -> CriterionDoc:
    params = {name: Decimal(3) for name in KINDS[kind].params}
    return CriterionDoc(key=key, step=step, title="条件", kind=kind, params=params, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "actual", "is_met"),
    [
        ("next_action_set", True, True),
        ("next_action_set", False, False),
        ("next_action_set", None, False),
        ("needs_listed", 2, False),
        ("needs_listed", 3, True),
        ("needs_listed", 4, True),
        ("needs_listed", Decimal("2.9"), False),
        ("needs_listed", None, False),
        ("needs_listed", 0, False),
        ("first_contact_days", 0, True),
        ("first_contact_days", 3, True),
        ("first_contact_days", 4, False),
        ("first_contact_days", None, False),
    ],
)
def test_a_fact_is_compared_as_its_kind_says(kind, actual, is_met):
    judgement = judge([asked(kind)], {kind: actual})
    assert bool(judgement) is is_met
    assert judgement.findings[0].actual == actual


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"tick"}))
def test_a_fact_that_nobody_supplied_is_unknown_and_unmet(kind):
    reason = judge([asked(kind)], {}).verdict.reasons[0]
    assert reason.code == kind
    assert reason.params["actual"] is None


def test_a_reason_says_everything_that_a_screen_needs():
    criterion = asked("rigid_needs", hint="列出刚性需求")
    assert judge([criterion], {"rigid_needs": 1}).verdict.reasons[0].params == {
        "criterion": "outreach-x",
        "step": "outreach",
        "title": "条件",
        "kind": "rigid_needs",
        "wanted": Decimal(3),
        "actual": 1,
        "required": True,
        "hint": "列出刚性需求",
    }


def test_a_tick_is_proved_by_its_own_key_and_by_no_fact():
    criterion = asked("tick")
    assert judge([criterion], {}, ticked={"outreach-x"})
    assert not judge([criterion], {"tick": True}, ticked={"outreach-y"})


def test_what_is_counted_within_a_step_is_looked_up_with_the_step():
    criterion = asked("followups_in_step", step=StepKey.DISCOVERY)
    assert fact_key(criterion) == "followups_in_step@discovery"
    assert judge([criterion], {"followups_in_step@discovery": 3})
    assert not judge([criterion], {"followups_in_step": 9, "followups_in_step@outreach": 9})


def test_advice_never_closes_the_gate():
    judgement = judge(
        [asked("tick", required=False), asked("next_action_set", key="outreach-y")], {"next_action_set": True}
    )
    assert judgement
    assert [reason.params["criterion"] for reason in judgement.advice] == ["outreach-x"]


def test_a_waiver_opens_the_gate_but_is_no_proof():
    judgement = judge([asked("tick")], {}, waived={"outreach-x"})
    finding = judgement.findings[0]
    assert judgement
    assert (finding.met, finding.waived, finding.passed) == (False, True, True)
    assert not judge([asked("tick")], {}, ticked={"outreach-x"}, waived={"outreach-x"}).findings[0].waived


def test_every_unmet_criterion_is_named_not_only_the_first():
    resolved = resolve(shipped(), VariantDoc(key="x", name="x"))
    codes = judge(resolved.gate("discovery"), {}).verdict.codes
    assert codes == ("rigid_needs", "needs_confirmed", "decision_maker_contacted")


def test_a_question_that_two_gates_ask_alike_is_one_thing_to_do():
    resolved = resolve(parse(small()), VariantDoc(key="x", name="x"))
    judgement = judge(resolved.gates_through("discovery"), {"followups_in_step@outreach": 1})
    assert [r.params["criterion"] for r in judgement.verdict.reasons] == ["outreach-next", "discovery-agreed"]
    assert len(judgement.findings) == 5


def test_no_criterion_means_an_open_gate():
    assert judge([], {})


criteria = st.lists(
    st.builds(
        lambda kind, n, required, step: CriterionDoc(
            key=f"{step}-{n}",
            step=step,
            title="",
            kind=kind,
            params={name: Decimal(n) for name in KINDS[kind].params},
            required=required,
        ),
        st.sampled_from(sorted(KINDS)),
        st.integers(0, 9),
        st.booleans(),
        st.sampled_from(StepKey),
    ),
    max_size=8,
    unique_by=lambda criterion: criterion.key,
)
values = st.none() | st.booleans() | st.integers(-5, 15) | st.decimals(-5, 15, places=2)
keys = st.sets(st.builds("{}-{}".format, st.sampled_from(StepKey), st.integers(0, 9)), max_size=6)


@given(criteria, st.data(), keys, keys)
def test_the_verdict_names_exactly_what_is_required_unmet_and_not_waived(asked, data, ticked, waived):
    names = st.sampled_from(sorted({fact_key(c) for c in asked}) or ["none"])
    facts = data.draw(st.dictionaries(names, values))

    judgement = judge(asked, facts, ticked=ticked, waived=waived)

    assert [finding.criterion for finding in judgement.findings] == asked
    open_questions = {
        (f.criterion.key if f.criterion.kind == "tick" else fact_key(f.criterion), f.wanted)
        for f in judgement.findings
        if f.criterion.required and not f.met and f.criterion.key not in waived
    }
    assert len(judgement.verdict.reasons) == len(open_questions)
    assert bool(judgement) is not bool(open_questions)
    assert all(reason.params["required"] for reason in judgement.verdict.reasons)
    assert not any(reason.params["required"] for reason in judgement.advice)


@given(criteria, keys, keys)
def test_more_proof_never_closes_a_gate(asked, ticked, more):
    before = judge(asked, {}, ticked=ticked)
    after = judge(asked, {}, ticked=ticked | more)
    assert bool(after) >= bool(before)
    assert len(after.verdict.reasons) <= len(before.verdict.reasons)
