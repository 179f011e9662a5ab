from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.spine.playbook.docs import action, criterion, small, step
from tuoke.spine.playbook.rules import PlaybookError, Raci, StepKey, parse


def problems(content: object) -> list[tuple[str, str]]:
    with pytest.raises(PlaybookError) as caught:
        parse(content)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def changed(path: str, value: object) -> dict[str, Any]:
    """The small document with one place changed; None takes the field away."""
    content = small()
    *way, last = path.split(".")
    place: Any = content
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    if value is None:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return content


def variant(**fields: object) -> dict[str, Any]:
    content = small()
    content["variants"].append({"key": "other", "name": "别的", "when": [{"market": "toc"}], **fields})
    return content


def test_a_sound_document_is_read_with_its_figures():
    doc = parse(small())

    assert [s.key for s in doc.steps] == ["leads", "outreach", "discovery", "contracts", "reviews"]
    assert doc.steps[0].criteria[0].params == {"at_least": Decimal("7.0")}
    assert doc.steps[0].criteria[0].step is StepKey.LEADS
    assert [c.key for c in doc.step("outreach").required] == ["outreach-followup", "outreach-next"]
    assert [c.key for c in doc.step("outreach").advised] == ["outreach-basics"]
    with pytest.raises(KeyError):
        doc.step("proposals")


def test_a_responsibility_names_function_and_part():
    row = {"function": "tech", "part": "accountable", "what": "可行性", "standard": "书面"}
    doc = parse(changed("steps.0", step("leads", 1, responsibilities=[row])))
    assert doc.steps[0].responsibilities[0].part is Raci.ACCOUNTABLE


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_what_is_no_mapping_is_no_playbook(raw):
    assert problems(raw)[0] == ("playbook", "not_a_mapping")


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        ("name", None, "playbook.name", "missing"),
        ("name", "  ", "playbook.name", "missing"),
        ("name", 5, "playbook.name", "not_a_text"),
        ("key", "Mein Key", "playbook.key", "bad_key"),
        ("logic", None, "playbook.logic", "missing"),
        ("logic", "聚焦", "playbook.logic", "not_a_list"),
        ("logic", ["聚焦", 4], "playbook.logic[1]", "not_a_text"),
        ("notes", [{"title": "真"}], "playbook.notes[0].text", "missing"),
        ("steps", [], "playbook.steps", "missing"),
        ("colour", "red", "playbook.colour", "unknown_field"),
        ("steps.1.key", "closing", "playbook.steps[1].key", "unknown_step"),
        ("steps.1.goal", None, "playbook.steps[1].goal", "missing"),
        ("steps.1.number", 7, "playbook.steps", "bad_numbers"),
        ("steps.1.standard_days", 0, "playbook.steps[1].standard_days", "not_days"),
        ("steps.1.standard_days", True, "playbook.steps[1].standard_days", "not_days"),
        ("steps.1.theme", "别的", "playbook.steps.outreach.theme", "unknown_theme"),
        ("steps.1.actions", None, "playbook.steps[1].actions", "missing"),
        ("steps.1.actions", ["打电话"], "playbook.steps[1].actions[0]", "not_a_mapping"),
        ("steps.1.actions.0.how", [], "playbook.steps[1].actions[0].how", "missing"),
        ("steps.1.actions.0.key", "outreach-next", "playbook.steps", "duplicate_key"),
        ("steps.1.actions.0.key", "do", "playbook", "bad_prefix"),
        ("steps.1.script", [{"part": "我是谁"}], "playbook.steps[1].script[0].lines", "missing"),
        ("steps.1.deliverables", [{"key": "outreach-x"}], "playbook.steps[1].deliverables[0].name", "missing"),
        ("steps.1.criteria.0.kind", "moon_phase", "playbook.steps[1].criteria[0].kind", "unknown_kind"),
        ("steps.1.criteria.0.params", None, "playbook.steps[1].criteria[0].params.at_least", "missing_param"),
        ("steps.1.criteria.0.params", 4, "playbook.steps[1].criteria[0].params", "not_a_mapping"),
        ("steps.1.criteria.0.params", {"at_least": "many"}, "playbook.steps[1].criteria[0].params.at_least", "not_a_number"),
        ("steps.1.criteria.0.params", {"at_least": -1}, "playbook.steps[1].criteria[0].params.at_least", "not_a_number"),
        ("steps.1.criteria.0.params", {"at_least": float("nan")}, "playbook.steps[1].criteria[0].params.at_least", "not_a_number"),
        ("steps.1.criteria.1.params", {"at_least": 1}, "playbook.steps[1].criteria[1].params.at_least", "unknown_param"),
        ("steps.1.criteria.0.required", "yes", "playbook.steps[1].criteria[0].required", "not_yes_or_no"),
        ("steps.1.criteria.0.key", "outreach-next", "playbook.steps", "duplicate_key"),
        (
            "steps.1.responsibilities",
            [{"function": "sales", "part": "boss", "what": "x", "standard": "y"}],
            "playbook.steps[1].responsibilities[0].part",
            "unknown_word",
        ),
        (
            "steps.1.responsibilities",
            [{"function": "army", "part": "informed", "what": "x", "standard": "y"}],
            "playbook.steps[1].responsibilities[0].function",
            "unknown_word",
        ),
    ],
)  # fmt: skip
def test_every_fault_is_named_with_its_place(path, value, where, code):
    assert problems(changed(path, value)) == [(where, code)]


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({"key": "default"}, "playbook.variants", "duplicate_key"),
        ({"when": []}, "playbook.variants[1].when", "missing"),
        ({"when": [{}]}, "playbook.variants[1].when[0]", "empty_case"),
        ({"when": [{"market": "tox"}]}, "playbook.variants[1].when[0].market", "unknown_word"),
        ({"when": [{"scale": "huge"}]}, "playbook.variants[1].when[0].scale", "unknown_word"),
        ({"when": [{"motion": "up"}]}, "playbook.variants[1].when[0].motion", "unknown_word"),
        ({"when": [{"complex": "yes"}]}, "playbook.variants[1].when[0].complex", "not_yes_or_no"),
        ({"when": [{"planet": "earth"}]}, "playbook.variants[1].when[0].planet", "unknown_field"),
        ({"starts_at": "closing"}, "playbook.variants[1].starts_at", "unknown_step"),
        ({"starts_at": "proposals"}, "playbook.variants[1].starts_at", "unknown_step"),
        ({"leave_out_steps": ["nowhere"]}, "playbook.variants[1].leave_out_steps", "unknown_step"),
        ({"leave_out_steps": ["proposals"]}, "playbook.variants[1].leave_out_steps", "unknown_step"),
        ({"leave_out_steps": ["outreach", "discovery", "contracts", "reviews"]}, "playbook.variants.other", "no_steps"),
        ({"leave_out_actions": ["leads-sing"]}, "playbook.variants[1].leave_out_actions", "unknown_action"),
        ({"leave_out_criteria": ["leads-do"]}, "playbook.variants[1].leave_out_criteria", "unknown_criterion"),
        ({"advised_criteria": ["x"]}, "playbook.variants[1].advised_criteria", "unknown_criterion"),
        ({"standard_days": {"nowhere": 3}}, "playbook.variants[1].standard_days.nowhere", "unknown_step"),
        ({"standard_days": {"leads": "soon"}}, "playbook.variants[1].standard_days.leads", "not_days"),
        ({"standard_days": [3]}, "playbook.variants[1].standard_days", "not_a_mapping"),
        ({"extra_actions": {"nowhere": []}}, "playbook.variants[1].extra_actions.nowhere", "unknown_step"),
        ({"extra_actions": {"proposals": [action("proposals-x")]}}, "playbook.variants[1].extra_actions", "unknown_step"),
        ({"extra_actions": {"leads": [action("leads-do")]}}, "playbook.variants[1]", "duplicate_key"),
        ({"extra_criteria": {"leads": [criterion("x")]}}, "playbook", "bad_prefix"),
        ({"extra_criteria": {"leads": [criterion("leads-x", "moon")]}}, "playbook.variants[1].extra_criteria.leads[0].kind", "unknown_kind"),
        ({"extra_criteria": {"leads": 3}}, "playbook.variants[1].extra_criteria.leads", "not_a_list"),
        ({"responsibilities": "some"}, "playbook.variants[1].responsibilities", "not_yes_or_no"),
        (
            {"extra_criteria": {"outreach": [criterion("outreach-a"), criterion("outreach-b")]}},
            "playbook.variants.other.outreach",
            "too_many_required",
        ),
    ],
)  # fmt: skip
def test_every_fault_of_a_variant_is_named_with_its_place(fields, where, code):
    assert (where, code) in problems(variant(**fields))


def test_two_variants_may_bring_the_very_same_item_but_not_two_of_one_key():
    content = variant(extra_criteria={"leads": [criterion("leads-legal")]})
    content["variants"].append({"key": "third", "name": "三", "when": [{"scale": "large"}]})
    content["variants"][2]["extra_criteria"] = {"leads": [criterion("leads-legal")]}
    parse(content)

    content["variants"][2]["extra_criteria"] = {"leads": [criterion("leads-legal", required=False)]}
    assert problems(content) == [("playbook.variants[2]", "duplicate_key")]


def test_variants_that_meet_may_not_pile_up_required_criteria():
    content = variant(extra_criteria={"outreach": [criterion("outreach-a")]})
    content["variants"].append(
        {
            "key": "third",
            "name": "三",
            "when": [{"complex": True}],
            "extra_criteria": {"outreach": [criterion("outreach-b")]},
        }
    )
    assert problems(content) == [("playbook.variants.other+third.outreach", "too_many_required")]


def test_all_problems_are_told_at_once():
    content = small()
    del content["name"]
    content["steps"][0]["standard_days"] = "soon"
    content["steps"][2]["criteria"][1]["kind"] = "moon_phase"
    assert [code for _, code in problems(content)] == ["missing", "not_days", "unknown_kind"]


def test_a_problem_reads_as_place_fault_and_remedy():
    with pytest.raises(PlaybookError) as caught:
        parse(changed("steps.1.standard_days", "soon"))
    expected = "playbook.steps[1].standard_days: not_days 'soon' (expected: a whole number of days from 1 to 999)"
    assert str(caught.value) == expected


def test_a_folded_line_of_chinese_gets_no_space_inside():
    doc = parse(changed("steps.0.goal", "先问清楚，\n再投入 3 个人。 “好”\n —— 对吗 ROI 表"))
    assert doc.steps[0].goal == "先问清楚，再投入 3 个人。“好”——对吗 ROI 表"
