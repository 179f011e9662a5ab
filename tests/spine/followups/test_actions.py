from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead, lost
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.base.records.queries import timeline_of
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups import actions
from tuoke.spine.followups.facts import facts_of
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan

TOMORROW = date(2026, 11, 24)
PROGRESS = FollowUpOutcome.PROGRESS


@pytest.fixture
def by(company):
    return company.by("rep")


def record(subject, by, now, **more):
    given = {"at": now, "channels": ["phone"], "outcome": PROGRESS, "summary": "确认了需求"} | more
    return actions.record_followup(subject=subject, by=by, now=now, **given)


def told():
    return Event.objects.filter(kind__startswith="followups.").exists()


def plan(subject, by, now, title="发送方案", due_on=TOMORROW, **more):
    return actions.plan_action(subject=subject, plan=Plan(title=title, due_on=due_on, **more), by=by, now=now)


class TestRecording:
    def test_it_keeps_what_was_said_and_tells_history(self, deal, contact, by, now):
        followup = record(deal, by, now, channels=["phone", "email"], contact=contact, plan=Plan("发清单", TOMORROW))
        assert (followup.opportunity, followup.step, followup.channels) == (deal, "discovery", ["phone", "email"])
        action = followup.next_actions.get()
        assert (action.title, action.due_on, action.owner_id, action.opportunity) == (
            "发清单",
            TOMORROW,
            by.user_id,
            deal,
        )
        [event] = timeline_of(thread=deal)
        assert (event.kind, event.party) == ("followups.recorded", f"customers.customer:{deal.customer_id}")
        assert event.facts["summary"] == "确认了需求"
        assert (event.facts["next"], event.facts["next_due_on"], event.facts["contact"]) == (
            "发清单",
            "2026-11-24",
            "陈工",
        )

    def test_the_last_contact_is_known_to_deal_customer_and_person(self, deal, contact, by, now):
        record(deal, by, now, contact=contact)
        deal.refresh_from_db(), deal.customer.refresh_from_db(), contact.refresh_from_db()
        assert deal.last_touch_at == deal.customer.last_touch_at == now
        assert contact.contacted_on == date(2026, 11, 23)

    def test_an_older_one_does_not_set_the_clock_back_but_is_the_first_contact(self, deal, contact, by, now):
        record(deal, by, now, contact=contact)
        record(deal, by, now, contact=contact, at=now - timedelta(days=9))
        deal.refresh_from_db(), contact.refresh_from_db()
        assert deal.last_touch_at == now
        assert contact.contacted_on == date(2026, 11, 14)

    def test_a_lead_and_a_customer_can_be_followed_up_too(self, lead, customer, by, now):
        assert record(lead, by, now).step == "leads"
        assert record(customer, by, now).step == ""
        lead.refresh_from_db(), customer.refresh_from_db()
        assert lead.last_touch_at == customer.last_touch_at == now

    def test_it_completes_the_action_that_it_answers(self, deal, by, now):
        action = plan(deal, by, now)
        record(deal, by, now, answers=action)
        action.refresh_from_db()
        assert action.done_at == now
        assert Event.objects.filter(kind="followups.recorded").get().facts["answers"] == "发送方案"

    @pytest.mark.parametrize(
        "given, code",
        [
            ({"summary": "  "}, "summary_missing"),
            ({"summary": "字" * 4001}, "summary_too_long"),
            ({"summary": "a\x00b"}, "summary_broken"),
            ({"summary": "a\ud800"}, "summary_broken"),
            ({"channels": []}, "channel_missing"),
            ({"channels": ["pigeon"]}, "channel_unknown"),
            ({"at": timedelta(hours=1)}, "at_in_future"),
            ({"at": timedelta(days=-20000)}, "at_too_early"),
            ({"plan": Plan("", TOMORROW)}, "title_missing"),
            ({"plan": Plan("x" * 201, TOMORROW)}, "title_too_long"),
            ({"plan": Plan("x\x00", TOMORROW)}, "title_broken"),
            ({"plan": Plan("做", None)}, "due_missing"),
            ({"plan": Plan("做", date(2026, 11, 22))}, "due_in_past"),
            ({"plan": Plan("做", date(9999, 1, 1))}, "due_too_far"),
            ({"plan": Plan("做", TOMORROW, owner_id=999_999)}, "owner_not_allowed"),
        ],
    )
    def test_it_refuses_and_stores_nothing(self, deal, by, now, given, code):
        if isinstance(given.get("at"), timedelta):
            given = {"at": now + given["at"]}
        with pytest.raises(Refused) as refusal:
            record(deal, by, now, **given)
        assert refusal.value.verdict.codes == (code,)
        assert not FollowUp.objects.exists()
        assert not NextAction.objects.exists()
        assert not told()

    def test_every_reason_at_once(self, deal, by, now):
        with pytest.raises(Refused) as refusal:
            record(deal, by, now, summary="", channels=[], plan=Plan("", None))
        assert set(refusal.value.verdict.codes) == {
            "summary_missing",
            "channel_missing",
            "title_missing",
            "due_missing",
        }

    def test_emoji_and_long_lines_stay_as_they_are(self, deal, by, now):
        text = "客户说👍🏽 " + "很好" * 900
        assert FollowUp.objects.get(pk=record(deal, by, now, summary=text).pk).summary == text

    def test_somebody_elses_person_or_action_is_refused(self, deal, company, playbook, by, now):
        other = a_deal(company.rep, playbook, customer=a_customer(company.rep, "别家"))
        with pytest.raises(Refused) as refusal:
            record(deal, by, now, contact=a_contact(other.customer), answers=plan(other, by, now))
        assert set(refusal.value.verdict.codes) == {"contact_elsewhere", "action_elsewhere"}

    def test_what_one_cannot_see_is_not_there(self, deal, lead, customer, company, now):
        for subject in (deal, lead, customer):
            with pytest.raises(type(subject).DoesNotExist):
                record(subject, company.by("other_team"), now)

    def test_a_colleague_who_joined_may_record(self, deal, company, now):
        Membership.objects.create(opportunity=deal, user=company.collaborator)
        assert record(deal, company.by("collaborator"), now).by == company.collaborator

    def test_an_auditor_reads_only(self, deal, company, by, now):
        action = plan(deal, by, now)
        with pytest.raises(NextAction.DoesNotExist):
            actions.complete_action(action=action, version=1, note="", by=company.by("auditor"), now=now)

    def test_lost_deals_and_settled_leads_take_no_more(self, deal, lead, company, by, now):
        pool = a_lead(None, "公海里的")
        lead.status = "converted"
        lead.save()
        gone = a_lead(company.rep, "无效的", status="discarded")
        cases = [
            (lost(deal), "deal_closed"),
            (lead, "lead_converted"),
            (gone, "lead_discarded"),
            (pool, "lead_in_pool"),
        ]
        for subject, code in cases:
            with pytest.raises(Refused) as refusal:
                record(subject, by, now)
            assert refusal.value.verdict.codes == (code,)

    def test_a_won_deal_goes_on(self, deal, by, now):
        Opportunity.objects.filter(pk=deal.pk).update(outcome="won", outcome_on=now.date(), step="contracts")
        assert record(deal, by, now).step == "contracts"


class TestNextActions:
    def test_planned_for_somebody_of_the_team(self, deal, company, now):
        lead_by = company.by("team_lead")
        assert plan(deal, lead_by, now, owner_id=company.rep.pk).owner == company.rep
        with pytest.raises(Refused):
            plan(deal, lead_by, now, owner_id=company.other_team.pk)

    def test_a_member_of_the_deal_can_be_asked(self, deal, company, by, now):
        Membership.objects.create(opportunity=deal, user=company.collaborator)
        action = plan(deal, by, now, owner_id=company.collaborator.pk)
        assert NextAction.objects.visible_to(company.by("collaborator")).get() == action

    def test_edit_tells_what_changed_and_refuses_the_second_of_two(self, deal, by, now):
        action = plan(deal, by, now)
        edited = Plan("发送修订方案", date(2026, 11, 27), owner_id=by.user_id)
        actions.edit_action(action=action, version=1, plan=edited, by=by, now=now)
        event = timeline_of(thread=deal)[0]
        assert event.changes == {"title": ["发送方案", "发送修订方案"], "due_on": ["2026-11-24", "2026-11-27"]}
        with pytest.raises(Conflict) as conflict:
            actions.edit_action(action=action, version=1, plan=edited, by=by, now=now)
        assert conflict.value.current.title == "发送修订方案"

    def test_an_overdue_one_can_be_reworded_without_a_new_date(self, deal, by, now):
        action = plan(deal, by, now)
        later = now + timedelta(days=9)
        kept = Plan("再发一次", action.due_on, owner_id=by.user_id)
        assert actions.edit_action(action=action, version=1, plan=kept, by=by, now=later).due_on == TOMORROW

    def test_reschedule(self, deal, by, now):
        action = plan(deal, by, now)
        actions.reschedule_action(action=action, version=1, due_on=date(2026, 11, 30), by=by, now=now)
        assert timeline_of(thread=deal)[0].changes == {"due_on": ["2026-11-24", "2026-11-30"]}
        with pytest.raises(Refused) as refusal:
            actions.reschedule_action(action=action, version=2, due_on=date(2025, 1, 1), by=by, now=now)
        assert refusal.value.verdict.codes == ("due_in_past",)

    def test_complete_with_the_next_step_and_undo(self, deal, by, now):
        action = plan(deal, by, now)
        done = actions.complete_action(
            action=action, version=1, note="已发", plan=Plan("追问", TOMORROW), by=by, now=now
        )
        assert (done.done_at, done.done_note) == (now, "已发")
        assert list(NextAction.objects.waiting().values_list("title", flat=True)) == ["追问"]
        with pytest.raises(Refused) as refusal:
            actions.complete_action(action=action, version=2, note="", by=by, now=now)
        assert refusal.value.verdict.codes == ("action_done",)
        assert actions.reopen_action(action=action, by=by, now=now).is_waiting
        assert [e.kind.split(".")[1] for e in timeline_of(thread=deal)] == ["reopened", "completed", "planned"]

    def test_cancel_and_undo(self, deal, by, now):
        action = plan(deal, by, now)
        actions.cancel_action(action=action, version=1, by=by, now=now)
        assert not NextAction.objects.waiting().exists()
        actions.reopen_action(action=action, by=by, now=now)
        actions.reopen_action(action=action, by=by, now=now)  # twice is once
        assert NextAction.objects.waiting().count() == 1

    def test_no_undo_on_a_lost_deal(self, deal, by, now):
        action = plan(deal, by, now)
        actions.cancel_action(action=action, version=1, by=by, now=now)
        lost(deal)
        with pytest.raises(Refused):
            actions.reopen_action(action=action, by=by, now=now)

    def test_a_lost_deal_has_nothing_left_to_do_a_won_one_goes_on(self, deal, by, now):
        plan(deal, by, now)
        deal.outcome = "won"
        with transaction.atomic():
            actions.end_open_actions(deal, by, now)
        assert NextAction.objects.waiting().count() == 1
        with transaction.atomic():
            actions.end_open_actions(lost(deal), by, now)
        assert not NextAction.objects.waiting().exists()
        assert timeline_of(thread=deal)[0].kind == "followups.cancelled"

    def test_open_ones_follow_the_deal_but_not_those_of_members(self, deal, company, by, now):
        Membership.objects.create(opportunity=deal, user=company.collaborator)
        mine = plan(deal, by, now)
        theirs = plan(deal, by, now, owner_id=company.collaborator.pk)
        done = plan(deal, by, now)
        actions.complete_action(action=done, version=1, note="", by=by, now=now)
        deal.owner = company.teammate
        deal.save()
        with transaction.atomic():
            actions.hand_open_actions_over(deal, by, now)
        owners = {a.pk: a.owner for a in NextAction.objects.all()}
        assert owners == {mine.pk: company.teammate, theirs.pk: company.collaborator, done.pk: company.rep}

    def test_a_converted_leads_actions_become_the_deals(self, lead, deal, by, now):
        plan(lead, by, now)
        with transaction.atomic():
            assert actions.carry_over(lead=lead, opportunity=deal, by=by, now=now) == 1
        assert NextAction.objects.get().opportunity == deal


def test_the_gates_hear_of_it(deal, by, now):
    record(deal, by, now, summary="没人接", outcome=FollowUpOutcome.STALLED, reached=False)
    assert facts_of(deal)["followups_in_step@discovery"] == 0, "an attempt proves no contact"
    assert facts_of(deal)["next_action_set"] is False
    record(deal, by, now, outcome=FollowUpOutcome.STALLED)
    assert facts_of(deal)["followup_advanced_in_step@discovery"] is False
    record(deal, by, now, plan=Plan("做", TOMORROW))
    facts = facts_of(deal)
    assert (facts["followups_in_step@discovery"], facts["followups_in_step@outreach"]) == (2, 0)
    assert facts["followup_advanced_in_step@discovery"] is True
    assert facts["next_action_set"] is True


def test_facts_cost_two_queries(deal, by, now, django_assert_num_queries):
    record(deal, by, now)
    record(deal, by, now)
    with django_assert_num_queries(2):
        facts_of(deal)


def test_one_subject_is_the_databases_business(deal, lead, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(opportunity=deal, lead=lead, at=now, summary="两头", created_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        NextAction.objects.create(title="没有归属", created_at=now)


def test_the_system_may_record_for_anybody(deal, now):
    assert record(deal, system("demo"), now).by is None
    assert Customer.objects.get().last_touch_at == now
