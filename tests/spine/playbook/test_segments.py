from __future__ import annotations

import pytest

from tests.spine.playbook.docs import shipped
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.playbook.rules import (
    DEAL_STEPS,
    ResolvedPlaybook,
    StepKey,
    UnknownVariant,
    resolve,
    variant_for,
    variant_named,
)


def run(market: str, scale: str, motion: str = "new", *, is_complex: bool = False) -> ResolvedPlaybook:
    segment = Segment(Market(market), Scale(scale), Motion(motion))
    return resolve(shipped(), variant_for(shipped(), segment, is_complex=is_complex))


def keys(resolved: ResolvedPlaybook) -> set[str]:
    return {item.key for step in resolved.steps for item in (*step.actions, *step.criteria)}


def required(resolved: ResolvedPlaybook) -> set[str]:
    return {criterion.key for step in resolved.steps for criterion in step.required}


@pytest.mark.parametrize(
    ("segment", "key"),
    [
        (("tob", "small", "new"), "small"),
        (("toc", "small", "new"), "toc"),
        (("toc", "large", "new"), "toc"),
        (("tob", "large", "new"), "tob_large"),
        (("tob", "large", "cross_region"), "tob_large+cross_region"),
        (("tob", "small", "existing"), "small+existing"),
    ],
)
def test_every_variant_that_fits_the_segment_applies(segment, key):
    resolved = run(*segment)
    assert resolved.variant.key == key
    assert resolve(shipped(), variant_named(shipped(), key)) == resolved


def test_a_complex_project_of_a_small_customer_gets_sign_off_and_raci_back():
    resolved = run("tob", "small", is_complex=True)
    assert resolved.variant.key == "small+complex"
    assert {"proposals-feasibility", "contracts-raci"} <= required(resolved)
    assert resolved.step("proposals").responsibilities
    assert not run("tob", "small").step("proposals").responsibilities


def test_what_two_variants_bring_alike_comes_once():
    resolved = run("tob", "large", is_complex=True)
    found = [criterion.key for criterion in resolved.gate("contracts")]
    assert len(found) == len(set(found))


def test_the_short_path_asks_for_less_than_the_whole_process():
    whole = resolve(shipped(), variant_named(shipped(), ""))
    for short in (run("tob", "small"), run("toc", "small")):
        assert required(short) < required(whole)
        assert len(keys(short)) < len(keys(whole))
        assert all(s.standard_days <= whole.step(s.key).standard_days for s in short.steps)
        assert "contracts-raci" not in keys(short)


def test_large_customers_add_map_sign_off_raci_and_legal():
    added = {"discovery-decision-map", "proposals-feasibility", "contracts-raci", "contracts-legal"}
    assert added <= required(run("tob", "large"))
    assert not added & keys(run("tob", "small"))


def test_existing_customers_start_in_discovery():
    resolved = run("tob", "large", "existing")
    assert resolved.entry is StepKey.DISCOVERY
    assert StepKey.OUTREACH not in resolved
    assert resolved.index("discovery") == 0
    assert {c.step for c in resolved.gates_through("proposals")} == {StepKey.DISCOVERY, StepKey.PROPOSALS}
    with pytest.raises(KeyError):
        resolved.gate("outreach")


def test_other_regions_add_the_co_owner():
    assert "outreach-co-owner" in required(run("tob", "small", "cross_region"))
    assert "outreach-co-owner" not in keys(run("tob", "small"))


def test_steps_follow_each_other_to_the_end():
    resolved = run("tob", "small")
    assert resolved.entry is StepKey.OUTREACH
    assert resolved.next_step("outreach") is StepKey.DISCOVERY
    assert resolved.next_step("reviews") is None


def test_the_gates_of_a_deal_leave_out_campaign_and_lead():
    steps = {criterion.step for criterion in run("tob", "small").gates_through("reviews")}
    assert steps == DEAL_STEPS


@pytest.mark.parametrize("key", ["nobody", "small+nobody", "+"])
def test_an_unknown_variant_is_refused(key):
    with pytest.raises(UnknownVariant):
        variant_named(shipped(), key)


@pytest.mark.parametrize("key", ["", "default"])
def test_no_variant_is_the_whole_process(key):
    assert variant_named(shipped(), key).key == "default"
