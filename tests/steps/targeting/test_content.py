"""What a profile says, and that nothing else gets in."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from tests.steps.targeting.strategies import contents
from tuoke.steps.targeting.actions import EXAMPLE
from tuoke.steps.targeting.rules import (
    ContentError,
    Dimension,
    Facet,
    Pain,
    ProfileContent,
    Span,
    dimensions_filled,
    filled,
    problems_of,
    told,
)


@given(contents)
def test_plain_values_say_the_same(content):
    assert ProfileContent.from_json(json.loads(json.dumps(content.to_json()))) == content


def test_nothing_said_is_the_default():
    content = ProfileContent.from_json({})
    assert content == ProfileContent()
    assert sum(content.weights.values()) == 100
    assert (content.threshold, content.watch_after_months) == (Decimal("7.0"), 6)


def test_every_problem_is_named_with_its_place():
    with pytest.raises(ContentError) as refused:
        ProfileContent.from_json(
            {
                "colour": "red",
                "industries": "SaaS",
                "staff": [1],
                "revenue": ["x", None],
                "pains": [{"text": "慢", "urgency": "now", "extra": 1}],
                "custom_quote": "yes",
                "threshold": 7.5,
                "watch_after_months": "6",
            }
        )
    assert {(p.params["path"], p.code) for p in refused.value.problems} == {
        ("colour", "unknown_key"),
        ("industries", "not_a_list"),
        ("staff", "not_a_span"),
        ("revenue.0", "not_a_number"),
        ("pains.0.extra", "unknown_key"),
        ("pains.0.urgency", "unknown_urgency"),
        ("custom_quote", "not_a_truth"),
        ("threshold", "not_a_number"),
        ("watch_after_months", "not_a_whole_number"),
    }


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_content_is_a_mapping(data):
    with pytest.raises(ContentError):
        ProfileContent.from_json(data)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weights": {d: Decimal(30) for d in Dimension}}, "weights_not_whole"),
        ({"weights": dict(zip(Dimension, map(Decimal, (-10, 60, 25, 25)), strict=True))}, "weight_out_of_range"),
        ({"threshold": Decimal("10.1")}, "threshold_out_of_range"),
        ({"watch_after_months": 0}, "months_out_of_range"),
        ({"unverified_share": 101}, "share_out_of_range"),
        ({"unverified_share": -1}, "share_out_of_range"),
        ({"staff": Span(5, 4)}, "upside_down"),
        ({"budget": Span(Decimal(-1), None)}, "negative"),
        ({"industries": (" ",)}, "blank"),
        ({"deciders": ("长" * 121,)}, "too_long"),
        ({"policies": tuple(map(str, range(41)))}, "too_many"),
        ({"pains": (Pain(""),)}, "blank"),
        ({"policies": ("断\x00裂",)}, "text_broken"),
        ({"pains": (Pain("慢", reason="\ud800"),)}, "text_broken"),
    ],
)
def test_what_is_well_formed_may_still_be_wrong(change, code):
    content = replace(ProfileContent(), **change)
    assert [p.code for p in problems_of(content)] == [code]
    with pytest.raises(ContentError):
        ProfileContent.from_json(content.to_json())


def test_a_market_keeps_only_what_its_profiles_say():
    both = replace(EXAMPLE, life_stages=("新婚",), situations=("刚购房",), income=Span(Decimal(200_000), None))
    assert both.for_market("tob") == EXAMPLE
    persons = both.for_market("toc")
    assert (persons.life, persons.industries, persons.staff) == (("新婚", "刚购房"), (), Span(None, None))
    assert dimensions_filled(persons) == 5


def test_missing_weights_are_named():
    with pytest.raises(ContentError) as refused:
        ProfileContent.from_json({"weights": {"fit": "100"}})
    assert [p.code for p in refused.value.problems] == ["weight_missing"]


def test_a_dimension_is_filled_when_it_can_be_screened_by():
    assert dimensions_filled(ProfileContent()) == 0
    assert dimensions_filled(EXAMPLE) == 5
    only_budget = replace(ProfileContent(), budget=Span(Decimal(1), None))
    assert filled(only_budget) == frozenset(), "the budget needs the price beside it"
    assert filled(replace(only_budget, price=Span(None, Decimal(2)))) == {Facet.BUDGET}


@given(contents)
def test_what_changed_is_told_field_by_field(content):
    lines = told(content)
    changed = told(replace(content, threshold=content.threshold + 1))
    assert {name for name in lines if lines[name] != changed[name]} == {"threshold"}
