"""Differences lead from one document to another and back, whatever they are (P3)."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spine.playbook.docs import shipped, shipped_content, small
from tuoke.spine.playbook.rules import editing, parse
from tuoke.spine.playbook.rules.differing import runs
from tuoke.spine.playbook.rules.drafts import canonical, problems_of
from tuoke.spine.playbook.rules.editing import Clash, Op, Unreachable, Verb, applied, changes, merged, undone
from tuoke.spine.playbook.rules.plain import plain
from tuoke.spine.playbook.rules.reaching import check_ways
from tuoke.spine.playbook.rules.reading import PlaybookError
from tuoke.spine.playbook.rules.text import read, written

STEPS = ["outreach", "discovery", "contracts", "reviews"]
PLACES = [f"steps/{step}" for step in STEPS] + [f"steps/{step}/actions/{step}-do" for step in STEPS]
edits = st.lists(
    st.one_of(
        st.tuples(st.just("fields"), st.sampled_from(PLACES), st.text("目标好坏ab", max_size=4)),
        st.tuples(st.just("add"), st.sampled_from(STEPS), st.integers(0, 5)),
        st.tuples(st.just("remove"), st.sampled_from([*PLACES, "variants/default"]), st.none()),
        st.tuples(st.just("move"), st.sampled_from(PLACES), st.sampled_from([-2, -1, 1, 2])),
    ),
    max_size=8,
)


def edited(content, todo):
    for verb, where, what in todo:
        try:
            if verb == "fields":
                content = editing.with_fields(content, where, {"goal": what, "why": what[::-1]})
            elif verb == "add" and f"{where}-n{what}" not in editing.keys_in(content):
                part = {"key": f"{where}-n{what}", "title": str(what), "how": ["做"]}
                content = editing.with_part(content, f"steps/{where}/actions", part)
            elif verb == "remove":
                content = editing.without(content, where)
            elif verb == "move":
                content = editing.moved(content, where, offset=what)
        except Unreachable:
            continue
    return content


@settings(max_examples=150, deadline=None)
@given(first=edits, second=edits)
def test_changes_lead_there_and_back(first, second):
    before, after = edited(small(), first), edited(small(), second)
    ops = changes(before, after)
    assert applied(before, ops) == after
    assert applied(after, undone(ops)) == before
    assert changes(before, before) == ()
    assert [Op.read(op.stored()) for op in ops] == list(ops)


@settings(max_examples=100, deadline=None)
@given(mine=edits, theirs=edits)
def test_a_merge_loses_nothing_silently(mine, theirs):
    """Made on top of another's changes, every operation is carried out or given back."""
    base = small()
    ops = changes(base, edited(base, mine))
    result, left = merged(edited(base, theirs), ops)
    _, again = merged(result, [op for op in ops if op not in left])
    assert again == ()


def test_different_parts_do_not_meet_and_the_same_part_clashes():
    base = small()
    goal = changes(base, editing.with_fields(base, "steps/leads", {"goal": "我的"}))
    assert applied(editing.with_fields(base, "steps/outreach", {"goal": "他的"}), goal)["steps"][0]["goal"] == "我的"
    with pytest.raises(Clash) as clash:
        applied(editing.with_fields(base, "steps/leads", {"goal": "他的"}), goal)
    assert clash.value.places == ("steps/leads",)
    assert [op.verb for op in merged(editing.without(base, "steps/leads"), goal)[1]] == [Verb.SET]


def test_taking_a_part_out_takes_it_out_of_the_variants_too():
    content = plain(shipped())
    without = editing.without(content, "steps/discovery")
    assert "discovery" not in str([v for v in without["variants"] if v["key"] == "small"])
    assert [step["number"] for step in without["steps"]] == [1, 2, 3, 4, 5, 6, 7]
    parse(without)
    assert editing.with_part(without, "steps", editing.part_at(content, "steps/discovery"))["steps"] == content["steps"]


def test_the_shipped_playbook_is_written_and_read_the_same():
    content = plain(shipped())
    assert parse(content) == shipped()
    assert canonical(shipped_content()) == content
    text = written(content)
    assert read(text).content == content
    assert written(read(text).content) == text


@pytest.mark.parametrize(
    "place", ["x", "steps/closing", "steps/leads/nothing/x", "variants/default/extra_actions", "a/b/c/d/e"]
)
def test_a_place_that_is_not_there(place):
    with pytest.raises(Unreachable):
        editing.part_at(small(), place)


def test_a_fault_is_told_with_its_line():
    text = written(small()).replace("standard_days: 5", "standard_days: soon", 1)
    source = read(text)
    with pytest.raises(PlaybookError) as caught:
        parse(source.content)
    [problem] = caught.value.problems
    assert text.splitlines()[source.line_of(problem.path) - 1].strip() == "standard_days: soon"
    assert source.line_of("playbook.steps[0].nothing.there") == source.line_of("playbook.steps[0]")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [", "not_yaml"),
        ("a\tb: \x00", "not_yaml"),
        ("- a", "not_a_mapping"),
        ("", "not_a_mapping"),
        ("a: 1\na: 2", "field_twice"),
        ("[" * 5000, "too_deep"),
        ("a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "\n".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [" + ",".join([f"*{chr(97 + n)}"] * 10) + "]" for n in range(9)
        ), "too_large"),
        ("a: " + "x" * 1_000_001, "too_large"),
        ("a: !!python/object/apply:os.system [ls]", "not_yaml"),
    ],
)  # fmt: skip
def test_what_is_no_playbook_is_refused_before_it_hurts(text, code):
    with pytest.raises(PlaybookError) as caught:
        read(text)
    assert caught.value.problems[0].code == code


def broken(change):
    content = small()
    change(content)
    return {problem.code for problem in problems_of(content)}


def criterion_in(step, **fields):
    return lambda content: (
        editing.part_at(content, f"steps/{step}")
        .setdefault("criteria", [])
        .append({"key": f"{step}-new", "title": "新", **fields})
    )


def variant(**fields):
    return lambda content: content["variants"].append(
        {"key": "v", "name": "渠道", "when": [{"market": "toc"}], **fields}
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: c.update(editing.without(c, "steps/contracts")), "step_needed"),
        (lambda c: c.update(editing.without(c, "steps/reviews")), "step_needed"),
        (lambda c: c.update(editing.moved(c, "steps/reviews", offset=-1)), "end_elsewhere"),
        (lambda c: c.update(editing.moved(c, "steps/leads", offset=1)), "preparation_late"),
        (variant(leave_out_steps=["reviews"]), "step_unreachable"),
        (variant(starts_at="contracts"), "no_way_in"),
        (variant(leave_out_steps=["outreach", "discovery"]), "no_way_in"),
        (variant(leave_out_criteria=["outreach-nothing"]), "unknown_criterion"),
        (criterion_in("outreach", kind="outcome_won"), "never_answered"),
        (criterion_in("discovery", kind="lead_score", params={"at_least": 7}), "never_answered"),
        (criterion_in("contracts", kind="review_held"), "never_answered"),
        (criterion_in("discovery", kind="dimensions_covered", params={"at_least": 6}), "never_reached"),
        (criterion_in("discovery", kind="no_such_kind"), "unknown_kind"),
        (criterion_in("discovery", kind="rigid_needs", params={"at_least": float("nan")}), "not_a_number"),
        (lambda c: c["steps"][0].update(standard_days=10**18), "not_days"),
        (lambda c: c["steps"][0].update(goal="长" * 100_000), "too_long"),
        (lambda c: c["steps"][0].update(goal="a\x00b"), "not_a_text"),
        (lambda c: c["steps"][1].update(criteria=[{"key": f"outreach-{n}", "title": "x", "kind": "tick"} for n in range(4)]), "too_many_required"),
    ],
)  # fmt: skip
def test_what_would_strand_a_deal_is_no_playbook(change, code):
    assert problems_of(small()) == ()
    assert code in broken(change)


def test_the_shipped_playbook_strands_nobody():
    assert check_ways(shipped()) == ()


def test_names_of_variants_must_fit_together():
    content = deepcopy(small())
    content["variants"] += [
        {"key": f"{letter * 15}", "name": letter, "when": [{"market": "toc"}]} for letter in ("a", "b", "c")
    ]
    assert {problem.code for problem in problems_of(content)} == {"variant_key_too_long"}


def test_texts_are_compared_sign_by_sign():
    assert [(run.stretch, run.text) for run in runs("至少 3 条需求", "至少 5 条需求")] == [
        ("same", "至少 "), ("out", "3"), ("in", "5"), ("same", " 条需求"),
    ]  # fmt: skip
    assert [run.stretch for run in runs("", "新")] == ["in"]
