"""One save for a call: everything that came of it, or nothing (S3.4)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.spine.followups.cases import a_contact, a_customer, a_lead, lost
from tests.steps.outreach.calls.conftest import said
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.customers.rules import keys_of
from tuoke.spine.deals.models import Membership
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.discovery.models import Need
from tuoke.steps.outreach.calls import facts, queries
from tuoke.steps.outreach.calls.actions import STATEMENTS, draft_from_calls, save_call
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.rules import Person, Reached, WantHow

MEETING = Plan(
    "核对对账流程", date(2026, 11, 26), time(14, 0), channel="online_meeting", minutes=30, place="腾讯会议 123"
)


@pytest.fixture
def save(by, now):
    return lambda subject, draft, by=by: save_call(subject=subject, draft=draft, by=by, now=now)


def stored():
    return [model.objects.count() for model in (FollowUp, NextAction, Call, Need, Event, Contact)]


def test_one_save_brings_everything(save, deal, contact, draft, script, company, now):
    todo = NextAction.objects.create(opportunity=deal, title="首次电话", owner=company.rep, created_at=now)
    person = said(contact, phone="+8613911112222", role="decider", preferred_channel="wechat")
    call = save(deal, draft(plan=MEETING, action_id=todo.pk, person=person, script_id=script.pk))

    followup = call.follow_up
    assert (followup.opportunity, followup.contact, followup.outcome, followup.step) == (
        deal,
        contact,
        "progress",
        "outreach",
    )
    contact.refresh_from_db()
    assert (contact.phone, contact.role, contact.preferred_channel, contact.version) == (
        "+8613911112222", "decider", "wechat", 2,
    )  # fmt: skip
    assert contact.contacted_on == date(2026, 11, 23)
    todo.refresh_from_db()
    assert todo.done_at == now
    (meeting,) = NextAction.objects.waiting()
    assert (meeting.due_time, meeting.minutes, meeting.place, meeting.contact) == (
        time(14),
        30,
        "腾讯会议 123",
        contact,
    )
    needs = Need.objects.filter(opportunity=deal, state="draft").order_by("pk")
    assert [need.description for need in needs] == ["月底对账四天", "数据对不上", "对账压到一天"]
    assert (call.gained, call.is_first, call.hints, call.drafted, call.script_version) == (True, True, [], 3, script)
    kinds = set(Event.objects.in_thread(deal).values_list("kind", flat=True))
    assert kinds >= {"followups.recorded", "calls.recorded"}


def test_the_same_call_again_is_the_one_that_is_there(save, deal, draft):
    first = save(deal, draft(plan=MEETING))
    before = stored()
    assert save(deal, draft(plan=MEETING, summary="第二个标签页里又改了")) == first
    assert save(deal, draft(plan=MEETING, token="another")) == first  # the very same follow-up
    assert stored() == before


def test_a_refusal_names_every_reason_and_keeps_nothing(save, deal, contact, draft):
    before = stored()
    wrong = draft(
        summary="", time_frame="长" * 201, plan=Plan("", date(2026, 11, 1), minutes=30), person=said(contact, name=""),
        script_id=999,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        save(deal, wrong)
    assert set(refused.value.verdict.codes) >= {
        "call_text_too_long", "call_script_unknown", "blank", "summary_missing", "title_missing", "due_in_past", "time_missing",
    }  # fmt: skip
    contact.refresh_from_db()
    assert (stored(), contact.version) == (before, 1)


def test_who_was_changed_meanwhile_is_shown_and_nothing_is_kept(save, deal, contact, draft):
    late = draft(person=said(contact, phone="+8613911112222"))
    Contact.objects.filter(pk=contact.pk).update(version=2, position="副总")
    before = stored()
    with pytest.raises(Conflict) as conflict:
        save(deal, late)
    assert (conflict.value.current.position, stored()) == ("副总", before)


def test_a_person_changed_to_the_very_same_is_no_conflict(save, deal, contact, draft):
    wanted = said(contact, position="副总")
    Contact.objects.filter(pk=contact.pk).update(version=2, position="副总")
    assert save(deal, draft(person=wanted)).follow_up.contact == contact


def test_a_new_contact_comes_with_the_call(save, deal, customer, draft):
    call = save(deal, draft(contact_id=None, version=None, person=Person("刘敏", position="采购")))
    assert (call.follow_up.contact.name, call.follow_up.contact.customer) == ("刘敏", customer)


def test_somebody_elses_contact_is_refused(save, deal, company, draft):
    other = a_contact(a_customer(company.rep, "别家"), "别人")
    with pytest.raises(Refused) as refused:
        save(deal, draft(contact_id=other.pk, person=said(other, name="改名")))
    assert "contact_elsewhere" in refused.value.verdict.codes
    other.refresh_from_db()
    assert other.name == "别人"


def test_who_asked_to_be_left_alone_gets_no_date(save, deal, contact, draft, now):
    Contact.objects.update(do_not_contact=True, do_not_contact_since=now.date())
    with pytest.raises(Refused, match="call_left_alone"):
        save(deal, draft(plan=MEETING))
    assert save(deal, draft(plan=Plan("整理资料", date(2026, 11, 26)))).pk  # inside the house


def test_an_attempt_is_no_contact(save, deal, contact, draft):
    again = Plan("再次拨打", date(2026, 11, 24), time(14, 30), channel="phone")
    call = save(
        deal, draft(reached=Reached.NO_ANSWER, outcome=FollowUpOutcome.STALLED, plan=again, pains="", problem="")
    )
    contact.refresh_from_db()
    assert (call.gained, call.is_first, call.hints, contact.contacted_on) == (False, False, [], None)
    assert save(deal, draft(token="next", summary="通了")).is_first


def test_a_lead_learns_what_it_was_told(save, lead, draft):
    person = Person("周海", position="信息主管", phone="+8613600136000", decision_maker=True)
    noted = draft(contact_id=None, person=person, version=1, want_how=WantHow.APPEND, token="l1")
    call = save(lead, noted)
    lead.refresh_from_db()
    assert (lead.position, lead.decision_maker, call.drafted) == ("信息主管", True, 0)
    assert lead.want == "换盘点系统\n月底对账四天；数据对不上；对账压到一天"
    with pytest.raises(Conflict):
        save(lead, draft(contact_id=None, person=Person("周海"), version=1, token="l2", summary="又打"))


def test_a_leads_wish_stays_unless_one_says_so(save, lead, draft):
    save(lead, draft(contact_id=None, person=None, version=1))
    lead.refresh_from_db()
    assert (lead.want, lead.version) == ("换盘点系统", 1)


def test_a_wish_that_another_lead_has_is_looked_at_first(save, lead, company, draft):
    want = "月底对账四天；数据对不上；对账压到一天"
    keys = keys_of(company="恒远科技", want=want)
    Lead.objects.filter(pk=lead.pk).update(party_key=keys.party)
    a_lead(company.rep, want=want, want_key=keys.want, party_key=keys.party)
    noted = {
        "contact_id": None,
        "person": Person("周海", phone="+8613600136000"),
        "version": 1,
        "want_how": WantHow.REPLACE,
    }
    with pytest.raises(Refused, match="call_duplicate"):
        save(lead, draft(**noted))
    assert save(lead, draft(**noted, accepts_duplicate=True)).pk
    assert Lead.objects.get(pk=lead.pk).want == want


def test_what_a_lead_said_goes_into_the_deal(save, lead, deal, draft, by, now):
    save(lead, draft(contact_id=None, person=None))
    draft_from_calls(lead, deal, by, now)
    assert Need.objects.filter(opportunity=deal, state="draft").count() == 3


def test_nobody_elses_deal(save, deal, draft, company):
    with pytest.raises(type(deal).DoesNotExist):
        save(deal, draft(person=None), by=company.by("other_team"))


def test_who_joined_records_but_leaves_the_person_and_the_needs(save, deal, contact, draft, company):
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    by = company.by("collaborator")
    with pytest.raises(Refused, match="call_person_elsewhere"):
        save(deal, draft(person=said(contact, name="改名")), by=by)
    assert save(deal, draft(person=None), by=by).drafted == 0


def test_a_lost_deal_takes_no_call(save, deal, draft):
    lost(deal)
    with pytest.raises(Refused, match="deal_closed"):
        save(deal, draft())


@pytest.mark.parametrize("subject", ["deal", "lead"])
def test_a_save_costs_the_same_however_much_was_noted(save, deal, lead, contact, draft, subject):
    def statements(token, pains, summary):
        if subject == "deal":
            person = said(contact, wechat=token)
            noted = draft(
                token=token, pains=pains, summary=summary, plan=MEETING, person=person, version=contact.version
            )
            about = deal
        else:
            lead.refresh_from_db()
            person = Person("周海", wechat=token, phone=lead.phone)
            noted = draft(
                token=token, pains=pains, summary=summary, contact_id=None, person=person, version=lead.version
            )
            about = lead
        with CaptureQueriesContext(connection) as caught:
            save(about, noted)
        contact.refresh_from_db()
        return len(caught)

    statements("warm", "零", "预热")
    one = statements("a", "一", "一条")
    five = statements("b", "甲\n乙\n丙\n丁\n戊", "五条")
    print("N", one)
    assert one == five <= STATEMENTS


def test_facts_of_a_deal(save, deal, contact, draft, now):
    assert facts.facts_of(deal) == {"first_contact_recorded": False, "first_contact_days": None}
    attempt = {"reached": Reached.BUSY, "outcome": FollowUpOutcome.STALLED}
    save(deal, draft(**attempt, token="busy", summary="占线", plan=MEETING))
    assert facts.facts_of(deal)["first_contact_days"] is None
    save(deal, draft(token="b", problem="", time_frame=""))
    assert facts.facts_of(deal) == {"first_contact_recorded": False, "first_contact_days": 0}
    save(deal, draft(token="c", current_solution="", pains="", summary="第二通", plan=MEETING, person=None))
    assert facts.facts_of(deal)["first_contact_recorded"] is True
    type(deal).objects.filter(pk=deal.pk).update(created_at=now - timedelta(days=7))
    deal.refresh_from_db()
    assert facts.facts_of(deal)["first_contact_days"] == 5


def test_effect_counts_calls_that_reached_somebody(save, deal, draft, script, django_assert_num_queries):
    for number, plan in enumerate((MEETING, None, MEETING)):
        save(deal, draft(token=f"t{number}", summary=f"第 {number} 通", plan=plan, script_id=script.pk, person=None))
    again = {"reached": Reached.NO_ANSWER, "outcome": FollowUpOutcome.STALLED, "plan": MEETING}
    save(deal, draft(token="miss", summary="没接通", script_id=script.pk, person=None, **again))
    with django_assert_num_queries(2):
        found = queries.effect_of_items([script.item_id, 999])
    assert set(found) == {script.item_id}
    effect = found[script.item_id]
    assert (effect.used, effect.gained) == (3, 2)
    assert 0 < effect.low < 2 / 3 < effect.high < 1


def test_texts_know_what_a_customer_uses_now(save, deal, draft, by):
    assert queries.facts_told(by, deal) == {}
    save(deal, draft(current_solution="手工报表\n加一套旧系统"))
    assert queries.facts_told(by, deal) == {"现用方案": "手工报表"}
