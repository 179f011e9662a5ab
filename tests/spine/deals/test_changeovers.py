"""Running deals go over to another version: all, none of them twice, none into a lost step (P3)."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.urls import reverse

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of
from tuoke.spine.catalog.rules import Motion
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.changeovers import actions, jobs, rules
from tuoke.spine.deals.changeovers.models import Changeover
from tuoke.spine.deals.changeovers.queries import left_behind, outlook, uses
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome, Standing
from tuoke.spine.playbook.actions import publish
from tuoke.spine.playbook.rules import StepKey, editing, parse, resolve, variant_named
from tuoke.spine.playbook.rules.drafts import canonical


def without_step(content, step):
    return editing.without(canonical(content), f"steps/{step}")


@pytest.fixture
def next_version(playbook, now):
    """``next_version("discovery")``: published, without that step."""

    def published(*lost, **changed):
        content = {**canonical(playbook.content), **changed}
        for step in lost:
            content = without_step(content, step)
        return publish(content=content, by=system("test"), now=now)

    return published


def ordered(company, version, playbook, now, **mapped):
    return actions.begin(version=version, sources=[playbook.pk], mapped=mapped, by=company.by("process_owner"), now=now)


def carried(run, now, **how):
    return actions.carry_on(run=run, now=lambda: now, **how)


def test_deals_stay_until_they_are_moved_and_then_say_so(company, playbook, open_deal, next_version, now):
    deal = open_deal()
    version = next_version(name="改过的流程")
    deal.refresh_from_db()
    assert deal.playbook_version_id == playbook.pk
    assert left_behind(version) == 1

    run = carried(ordered(company, version, playbook, now), now)
    deal.refresh_from_db()
    assert (deal.playbook_version_id, deal.step, deal.version, deal.version_changed_at) == (
        version.pk,
        "outreach",
        2,
        now,
    )
    assert (run.moved, run.refused, run.finished_at, left_behind(version)) == (1, 0, now, 0)
    event = history_of(deal)[0]
    assert (event.kind, event.actor_name, event.changes) == ("deals.version_changed", "孙流程", {"number": [1, 2]})


def test_who_stands_in_a_lost_step_goes_where_it_is_said(company, playbook, open_deal, walk, next_version, now):
    deal, other = walk(open_deal(), "discovery"), open_deal(name="二期")
    version = next_version("discovery")
    with pytest.raises(Refused) as refusal:
        ordered(company, version, playbook, now)
    assert refusal.value.verdict.codes == ("step_unmapped",)
    with pytest.raises(Refused) as refusal:
        ordered(company, version, playbook, now, discovery="discovery")
    assert "mapped_nowhere" in refusal.value.verdict.codes

    carried(ordered(company, version, playbook, now, discovery="outreach"), now)
    deal.refresh_from_db()
    other.refresh_from_db()
    assert [deal.step, other.step] == ["outreach", "outreach"]
    assert [visit.step for visit in deal.visits.all()] == ["outreach", "discovery", "outreach"]
    assert deal.visits.get(left_at=None).move == "carried"
    assert history_of(deal)[0].changes["step"] == ["discovery", "outreach"]


def test_waivers_and_ticks_stay_by_key(company, playbook, open_deal, walk, next_version, now):
    deal = walk(open_deal(), "discovery")
    before = set(deal.waivers.values_list("criterion", flat=True))
    carried(ordered(company, next_version(name="改"), playbook, now), now)
    assert before
    assert set(deal.waivers.values_list("criterion", flat=True)) == before


def test_what_can_not_go_stays_and_says_why(company, playbook, open_deal, walk, next_version, client, now):
    walked = walk(open_deal(), "negotiation")
    known = walk(open_deal(name="老客户", motion=Motion.EXISTING), "negotiation")
    version = next_version("negotiation")
    run = carried(ordered(company, version, playbook, now, negotiation="outreach"), now)
    walked.refresh_from_db()
    known.refresh_from_db()
    assert (walked.step, known.step) == ("outreach", "negotiation")  # 存量深挖 has no first contact
    assert known.playbook_version_id == playbook.pk
    assert (run.moved, run.refused) == (1, 1)
    assert run.refusals.get().code == "step_left_out"

    client.force_login(company.process_owner)
    page = client.get(reverse("deals:changeover", args=[run.pk])).content.decode()
    assert "留在原版本" in page
    assert "老客户" not in page  # he sees the numbers, and no deal


def test_lost_and_finished_deals_are_left_alone(company, playbook, open_deal, next_version, now):
    lost, living = open_deal(name="输了的"), open_deal(name="活着的")
    deals.close_lost(deal=lost, reason="没有预算", by=company.by("rep"), now=now)
    run = ordered(company, next_version(name="改"), playbook, now)
    assert run.total == 1
    carried(run, now)
    lost.refresh_from_db()
    living.refresh_from_db()
    assert lost.playbook_version_id == playbook.pk != living.playbook_version_id


class Killed(Exception):
    pass


def test_a_run_that_dies_goes_on_where_it_was(company, playbook, open_deal, next_version, now):
    made = [open_deal(name=f"第 {n} 个") for n in range(7)]
    run = ordered(company, next_version(name="改"), playbook, now)

    def die(done):
        raise Killed

    for _ in range(3):
        with pytest.raises(Killed):
            carried(Changeover.objects.get(), now, chunk=2, progress=die)
    run = carried(Changeover.objects.get(), now, chunk=2)
    assert (run.moved, run.refused) == (7, 0)
    assert set(Opportunity.objects.values_list("version", flat=True)) == {2}  # each exactly once
    assert [len([e for e in history_of(deal) if e.kind == "deals.version_changed"]) for deal in made] == [1] * 7
    assert carried(run, now).moved == 7


def test_a_newer_version_ends_the_run_and_the_rest_stays(company, playbook, open_deal, next_version, now):
    open_deal()
    run = ordered(company, next_version(name="二"), playbook, now)
    next_version(name="三")
    run = carried(run, now)
    assert (run.superseded, run.moved) == (True, 0)


def test_only_who_may_publish_moves_and_only_one_run_at_a_time(company, playbook, open_deal, next_version, now):
    open_deal()
    version = next_version(name="二")
    with pytest.raises(Refused) as refusal:
        actions.begin(version=version, sources=[playbook.pk], mapped={}, by=company.by("director"), now=now)
    assert refusal.value.verdict.codes == ("may_not_move",)
    ordered(company, version, playbook, now)
    with pytest.raises(Refused) as refusal:
        ordered(company, version, playbook, now)
    assert refusal.value.verdict.codes == ("changeover_underway",)


def test_the_page_orders_and_the_worker_does_it(company, playbook, open_deal, walk, next_version, client, now):
    deal = walk(open_deal(), "discovery")
    next_version("discovery")
    client.force_login(company.process_owner)
    url = reverse("deals:changeovers")
    page = client.get(url).content.decode()
    assert "没有这一步" in page
    assert deal.name not in page
    assert client.post(url, {"sources": [playbook.pk], "to_discovery": ""}).status_code == 422
    answer = client.post(url, {"sources": [playbook.pk], "to_discovery": "proposals"})
    run = Changeover.objects.get()
    assert answer.headers["Location"] == reverse("deals:changeover", args=[run.pk])
    jobs.move_deals.func(run.pk)
    deal.refresh_from_db()
    assert deal.step == "proposals"
    assert "1 个已换" in client.get(answer.headers["Location"]).content.decode()
    client.force_login(company.rep)
    assert client.get(url).status_code == 403


def test_counts_follow_what_one_may_see(company, playbook, open_deal):
    open_deal()
    assert uses(company.by("rep"), [playbook.pk])[playbook.pk].running == 1
    assert uses(company.by("other_team"), [playbook.pk]) == {}
    assert uses(company.by("process_owner"), [playbook.pk]) == {}


def test_the_outlook_costs_one_query_for_any_number_of_deals(
    company, playbook, open_deal, next_version, django_assert_num_queries
):
    open_deal()
    version = next_version("discovery")
    version.document()
    with django_assert_num_queries(1):
        assert outlook(version, sources=[playbook.pk], mapped={}).count == 1
    for n in range(3):
        open_deal(name=str(n), motion=Motion.EXISTING)
    with django_assert_num_queries(1):
        assert outlook(version, sources=[playbook.pk], mapped={}).lost == {}


@pytest.fixture
def short(playbook):
    doc = parse(without_step(without_step(deepcopy(playbook.content), "discovery"), "proposals"))
    return resolve(doc, variant_named(doc, ""))


@pytest.mark.parametrize(
    ("step", "outcome", "mapped", "to", "code"),
    [
        ("outreach", "open", {}, "outreach", None),
        ("discovery", "open", {}, "discovery", "step_unmapped"),
        ("discovery", "open", {"discovery": "negotiation"}, "negotiation", None),
        ("discovery", "open", {"discovery": "proposals"}, "discovery", "step_left_out"),
        ("discovery", "paused", {"discovery": "reviews"}, "discovery", "not_signed"),
        ("discovery", "won", {"discovery": "outreach"}, "discovery", "signed"),
        ("discovery", "won", {"discovery": "contracts"}, "contracts", None),
    ],
)
def test_where_a_deal_lands(short, step, outcome, mapped, to, code):
    landed = rules.landing(Standing(StepKey(step), Outcome(outcome)), short, mapped)
    assert landed.step == to
    assert landed.verdict.codes == ((code,) if code else ())


def test_the_nearest_step_before_is_suggested(short):
    assert rules.suggested(StepKey.PROPOSALS, short.doc) == "outreach"
