"""Who answers for what in a complex deal (P4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.spine.deals.conftest import customer, open_deal  # noqa: F401
from tuoke.base.accounts.rules import Function
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.rules import Scale
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.duties import actions, queries
from tuoke.spine.deals.duties.models import Duty
from tuoke.spine.deals.duties.rules import DutyDraft, State, sound, unanswered, why_complex
from tuoke.spine.deals.models import Membership, Opportunity

DRAFT = DutyDraft(
    "proposals", "tech", "responsible", "逐节签认方案可行性", "两个工作日内签认", due_on=date(2026, 12, 1)
)
STEPS = ("outreach", "discovery", "proposals")


class TestRules:
    @pytest.mark.parametrize(
        ("scale", "amount", "functions", "why"),
        [
            (Scale.SMALL, None, (), ()),
            (Scale.SMALL, Decimal("999999.99"), (Function.SALES, Function.TECH), ()),
            (Scale.LARGE, None, (), ("large_customer",)),
            (Scale.SMALL, Decimal(1_000_000), (), ("amount",)),
            (Scale.SMALL, None, (Function.SALES, Function.TECH, Function.LEGAL), ("departments",)),
            (Scale.SMALL, None, (Function.TECH, Function.TECH, Function.TECH), ()),
        ],
    )
    def test_what_makes_a_deal_complex(self, scale, amount, functions, why):
        assert why_complex(scale=scale, amount=amount, functions=functions) == why

    @pytest.mark.parametrize(
        ("change", "codes"),
        [
            ({}, ()),
            ({"step": "targeting"}, ("step_unknown",)),
            ({"function": "kitchen", "part": "boss"}, ("function_unknown", "part_unknown")),
            ({"what": " "}, ("what_missing",)),
            ({"what": "很" * 121, "standard": "长" * 201}, ("too_long", "too_long")),
            ({"due_on": date(2026, 1, 1)}, ("due_before_deal",)),
            ({"due_on": date(9999, 12, 31)}, ("due_too_far",)),
            ({"person_id": 3, "accepter_id": 3}, ("accepts_himself",)),
        ],
    )
    def test_sound(self, change, codes):
        assert sound(replace(DRAFT, **change), steps=STEPS, opened_on=date(2026, 11, 1)).codes == codes

    def test_a_step_has_exactly_one_who_is_accountable(self):
        said = [("proposals", "accountable"), ("proposals", "responsible"), ("contracts", "responsible")]
        said += [("reviews", "accountable"), ("reviews", "accountable")]
        assert unanswered(said) == {"contracts": "none", "reviews": "several"}


@pytest.fixture
def deal(open_deal):  # noqa: F811
    return open_deal(scale=Scale.LARGE)


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def duty(deal, company, rep, now):
    draft = replace(DRAFT, person_id=company.collaborator.pk)
    return actions.add(deal=deal, draft=draft, by=rep, now=now)


def refused(act, **given):
    with pytest.raises(Refused) as told:
        act(**given)
    return told.value.verdict.codes


def test_the_playbooks_own_are_taken_over_once(deal, rep, now):
    count = actions.lay_out(deal=deal, by=rep, now=now)
    assert count >= 15
    lines = {(d.function, d.step): d.what for d in queries.duties_of(deal)}
    assert "方案可行性" in lines["tech", "proposals"]
    assert "条款" in lines["legal", "contracts"]
    actions.withdraw(duty=Duty.objects.first(), by=rep, now=now)
    assert actions.lay_out(deal=deal, by=rep, now=now) == 0, "what was taken away stays away"
    assert all(one.lack == "" for one in queries.by_step(deal, queries.duties_of(deal))[1:])


def test_a_short_process_ships_none(open_deal, rep, now):  # noqa: F811
    assert refused(actions.lay_out, deal=open_deal(), by=rep, now=now) == ("nothing_shipped",)


def test_who_is_given_something_joins_and_then_sees_the_deal(deal, duty, company):
    assert Membership.objects.get(opportunity=deal).user == company.collaborator
    tech = company.by("collaborator")
    assert list(queries.owed_by(tech, until=date(2026, 12, 31))) == [duty]
    assert not queries.owed_by(tech, until=date(2026, 11, 30)).exists()
    assert not queries.owed_by(company.by("teammate"), until=date(2026, 12, 31)).exists()


def test_from_done_to_accepted_by_whom_it_was_agreed(deal, duty, company, rep, now):
    tech, manager = company.by("collaborator"), company.by("team_lead")
    draft = replace(DRAFT, person_id=company.collaborator.pk, accepter_id=company.team_lead.pk)
    duty = actions.change(duty=duty, draft=draft, version=duty.version, by=rep, now=now)
    assert refused(actions.accept, duty=duty, by=manager, now=now) == ("not_delivered",)
    duty = actions.deliver(duty=duty, by=tech, now=now)
    assert refused(actions.deliver, duty=duty, by=tech, now=now) == ("not_open",)
    assert list(queries.waiting_for(manager)) == [duty]
    assert refused(actions.accept, duty=duty, by=rep, now=now) == ("not_yours_to_accept",)
    duty = actions.send_back(duty=duty, note="接口一节没有签", by=manager, now=now)
    assert (duty.state, duty.note) == (State.OPEN, "接口一节没有签")
    duty = actions.accept(duty=actions.deliver(duty=duty, by=tech, now=now), by=manager, now=now)
    assert (duty.state, duty.accepted_by_id, duty.note) == (State.ACCEPTED, company.team_lead.pk, "")
    told = [event.kind.removeprefix("deals.duty_") for event in Event.objects.filter(kind__startswith="deals.duty_")]
    assert told == ["added", "changed", "delivered", "sent_back", "delivered", "accepted"]
    assert queries.progress_of(deal, today=date(2027, 1, 1)) == queries.Progress(1, 1, 0)


def test_what_changes_after_it_was_accepted_is_open_again(duty, company, rep, now):
    duty = actions.accept(duty=actions.deliver(duty=duty, by=rep, now=now), by=rep, now=now)
    draft = replace(DRAFT, person_id=company.collaborator.pk, standard="一个工作日内签认")
    assert actions.change(duty=duty, draft=draft, version=duty.version, by=rep, now=now).state == State.OPEN


def test_a_stale_version_and_a_person_who_is_gone(duty, company, rep, now):
    given = {"duty": duty, "by": rep, "now": now}
    with pytest.raises(Conflict):
        actions.change(draft=DRAFT, version=duty.version + 1, **given)
    gone = replace(DRAFT, person_id=company.disabled.pk)
    assert refused(actions.change, draft=gone, version=duty.version, **given) == ("person_inactive",)
    assert refused(actions.send_back, note=" ", **given) == ("reason_missing",)


@pytest.mark.parametrize("who", ["teammate", "other_team", "auditor", "admin"])
def test_nobody_else_touches_it(duty, company, now, who):
    for act in (actions.deliver, actions.accept, actions.withdraw):
        with pytest.raises(Opportunity.DoesNotExist):
            act(duty=duty, by=company.by(who), now=now)


def test_a_lost_deal_keeps_its_duties_as_they_were(deal, duty, rep, now):
    deals.close_lost(deal=deal, reason="价格", by=rep, now=now)
    assert refused(actions.add, deal=deal, draft=DRAFT, by=rep, now=now) == ("deal_closed",)
    assert "deal_closed" in refused(actions.deliver, duty=duty, by=rep, now=now)


class TestScreens:
    def test_from_nothing_to_a_line_with_a_person(self, deal, company, login):
        rep = login("rep")
        page = reverse("deals:duties", args=[deal.pk])
        assert f'href="{page}"' in rep.get(deal.get_absolute_url()).content.decode()
        empty = rep.get(page).content.decode()
        assert "还没有写明谁负责什么" in empty
        assert "按规则，这是复杂项目" in empty
        assert rep.post(reverse("deals:duties_lay_out", args=[deal.pk])).url == page
        assert "方案可行性" in rep.get(page).content.decode()
        duty = Duty.objects.filter(function="tech", step="proposals").first()
        given = {
            "step": duty.step, "function": "tech", "part": duty.part, "what": duty.what, "version": duty.version,
            "person": company.collaborator.pk, "due_on": "2026-12-01",
        }  # fmt: skip
        assert rep.post(reverse("deals:duty_edit", args=[duty.pk]), given).status_code == 302
        assert rep.post(reverse("deals:duty_edit", args=[duty.pk]), given).status_code == 409
        tech = login("collaborator")
        assert "做完了" in tech.get(page).content.decode()
        assert tech.post(reverse("deals:duty_deliver", args=[duty.pk])).status_code == 302
        assert "待验收" in rep.get(page).content.decode()
        assert rep.post(reverse("deals:duty_send_back", args=[duty.pk]), {"note": ""}).status_code == 422
        assert rep.post(reverse("deals:duty_accept", args=[duty.pk])).status_code == 302

    def test_what_is_wrong_is_said_at_its_field(self, deal, login):
        given = {"step": "proposals", "function": "tech", "part": "responsible", "what": "签认", "due_on": "2020-01-01"}
        answer = login("rep").post(reverse("deals:duty_add", args=[deal.pk]), given)
        assert answer.status_code == 422
        assert "期限不能早于商机开始的" in answer.content.decode()

    def test_more_lines_cost_no_more_queries(self, deal, duty, login, rep, now, django_assert_max_num_queries):
        client, page = login("rep"), reverse("deals:duties", args=[deal.pk])
        client.get(page)
        with django_assert_max_num_queries(100) as one:
            client.get(page)
        for k in range(3):
            actions.add(deal=deal, draft=replace(DRAFT, what=f"第 {k} 件", due_on=None), by=rep, now=now + timedelta(1))
        with django_assert_max_num_queries(len(one)):
            client.get(page)
