"""What a gate is judged by: each package tells the kinds that it declares, and is asked only where one is wanted."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.spine.followups.cases import a_deal
from tuoke.spine.deals import hooks
from tuoke.spine.deals.queries import facts_about
from tuoke.spine.playbook.rules import DEAL_STEPS, KINDS, Comparison

ALWAYS = {"contact_reachable", "decision_maker_known"}


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, step="outreach")


def test_every_source_tells_the_kinds_that_it_declares_and_no_others(deal):
    for source in hooks.fact_sources:
        told = {key.partition("@")[0] for key in source.facts_of(deal)}
        assert told == source.kinds, source.facts_of.__module__


def test_every_kind_that_a_playbook_wants_of_a_deal_is_told_by_one_source(deal):
    from tuoke.spine.deals.queries import process_of

    criteria = [c for step in process_of(deal).doc.steps if step.key in DEAL_STEPS for c in step.criteria]
    wanted = {c.kind for c in criteria if KINDS[c.kind].comparison is not Comparison.TICKED}
    told = Counter(kind for source in hooks.fact_sources for kind in source.kinds)
    assert wanted <= told.keys()
    assert set(told.values()) == {1}
    assert told.keys() - {"proposal_opened"} <= KINDS.keys()


def test_a_package_that_knows_nothing_of_what_is_wanted_is_not_asked(deal):
    assert facts_about(deal, kinds={"tick"}) == {}
    with CaptureQueriesContext(connection) as asked:
        assert facts_about(deal, kinds={"value_figures"}) == {"value_figures": False}
    assert len(asked) == 1


def test_the_page_of_an_early_step_asks_nothing_of_later_ones(deal, login, monkeypatch):
    asked = []

    def listening(source):
        def facts_of(deal):
            asked.append(source.kinds)
            return source.facts_of(deal)

        return hooks.FactSource(source.kinds, facts_of)

    monkeypatch.setattr(hooks, "fact_sources", [listening(source) for source in hooks.fact_sources])
    rep = login("rep")
    rep.get(deal.get_absolute_url())
    assert not any({"terms_agreed", "rigid_answered", "needs_confirmed"} & kinds for kinds in asked)
    asked.clear()
    rep.get(f"{deal.get_absolute_url()}?step=negotiation")
    assert any("terms_agreed" in kinds for kinds in asked), "the step that is looked at is judged, too"
