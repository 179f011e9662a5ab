"""Visits planned by rule, worked off, asked by link, second sales opened (S8.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.reviews.revisits.conftest import TODAY, VISIT
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.links.actions import revoke_link
from tuoke.services.links.queries import holder_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.catalog.rules import Market, Scale
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.discovery.decisions.queries import has_history
from tuoke.steps.reviews.revisits import actions, queries
from tuoke.steps.reviews.revisits.actions import SecondDraft, relations
from tuoke.steps.reviews.revisits.facts import facts_of
from tuoke.steps.reviews.revisits.models import Relation, Revisit, RevisitPlan, SecondSale, Survey
from tuoke.steps.reviews.revisits.rules import Answer, Rhythm, SurveyDraft

pytestmark = pytest.mark.django_db


def codes(refused):
    return refused.value.verdict.codes


def test_winning_plans_a_visit_a_month(won, due, now):
    assert (due.due_on, due.owner_id) == (date(2026, 12, 23), None)
    assert facts_of(won) == {"revisit_planned": True, "satisfaction_known": False}
    assert Event.objects.filter(kind="revisits.planned", thread=f"deals.opportunity:{won.pk}").count() == 1
    actions.follow_deal(won, None, now)  # told again, it does nothing
    assert Revisit.objects.count() == 1


def test_nobody_is_visited_before_the_deal_began(won, due, by, now):
    early = replace(VISIT, done_on=date(2025, 11, 23))
    with pytest.raises(Refused) as refused:
        actions.record_visit(revisit=due, version=due.version, draft=early, by=by, now=now)
    assert codes(refused) == ("before_deal",)
    done = actions.record_visit(revisit=due, version=due.version, draft=VISIT, by=by, now=now)
    with pytest.raises(Refused) as refused:
        actions.correct_visit(revisit=done, version=done.version, draft=early, by=by, now=now)
    assert codes(refused) == ("before_deal",)


def test_losing_plans_one_greeting(company, playbook, by, now):
    deal = deals.close_lost(deal=a_deal(company.rep, playbook), reason="价格", by=by, now=now)
    assert Revisit.objects.due().get(opportunity=deal).due_on == date(2027, 5, 23)
    assert RevisitPlan.objects.get().every_months == 0


def test_a_deal_taken_up_again_is_not_visited_until_it_ends(company, won, due, by, now):
    deals.reopen(deal=won, reason="合同要改", by=company.by("director"), now=now)
    assert not Revisit.objects.due().exists()
    won.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.record_extra(deal=won, draft=VISIT, by=by, now=now)
    assert codes(refused) == ("deal_still_open",)
    deals.close_won(deal=won, by=by, now=now)
    assert Revisit.objects.due().count() == 1


def test_a_plan_ended_by_hand_stays_ended(won, by, now):
    actions.end_series(plan=won.revisit_plan, by=by, now=now)
    actions.follow_deal(won, by, now)
    assert not Revisit.objects.due().exists()
    plan = actions.resume_series(plan=won.revisit_plan, by=by, now=now)
    assert plan.ended_at is None
    assert Revisit.objects.due().get().due_on == date(2026, 12, 23)


def test_the_companys_rhythm_counts_for_what_is_won_later(won, win, company, now):
    rhythm, by = Rhythm(every_months=2, first_after_days=10), company.by("process_owner")
    actions.set_rhythm(market=Market.TOB, scale=Scale.LARGE, version=None, rhythm=rhythm, by=by, now=now)
    with pytest.raises(Conflict):
        actions.set_rhythm(market=Market.TOB, scale=Scale.LARGE, version=None, rhythm=rhythm, by=by, now=now)
    later = win("二期")
    assert later.revisit_plan.first_on == date(2026, 12, 3)
    assert RevisitPlan.objects.get(opportunity=won).first_on == date(2026, 12, 23)


def test_a_visit_is_a_follow_up_and_makes_the_next_one(won, due, contact, by, now):
    draft = replace(VISIT, contact_id=contact.pk, satisfaction=8)
    visit = actions.record_visit(revisit=due, version=due.version, draft=draft, by=by, now=now)
    followup = FollowUp.objects.get()
    assert visit.followup == followup
    assert (followup.opportunity, followup.contact, followup.channels) == (won, contact, ["phone"])
    for said in ("夜班还没用起来", "8 分", "二厂明年搬迁"):
        assert said in followup.summary
    assert Revisit.objects.due().get().due_on == date(2027, 1, 23)
    assert facts_of(won)["satisfaction_known"]
    with pytest.raises(Conflict):
        actions.record_visit(revisit=due, version=due.version, draft=draft, by=by, now=now)
    with pytest.raises(Refused) as refused:
        actions.record_visit(revisit=visit, version=visit.version, draft=draft, by=by, now=now)
    assert codes(refused) == ("not_due",)
    assert FollowUp.objects.count() == 1


def test_after_a_lost_deal_the_visit_belongs_to_the_customer(company, playbook, by, now):
    deal = deals.close_lost(deal=a_deal(company.rep, playbook), reason="价格", by=by, now=now)
    actions.record_extra(deal=deal, draft=VISIT, by=by, now=now)
    assert FollowUp.objects.get().customer == deal.customer
    assert not Revisit.objects.due().exists()


def test_a_colleague_who_joined_visits_and_others_do_not(company, won, due, by, now):
    service = company.by("collaborator")
    with pytest.raises(Opportunity.DoesNotExist):
        actions.record_visit(revisit=due, version=due.version, draft=VISIT, by=service, now=now)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.record_visit(revisit=due, version=due.version, draft=VISIT, by=company.by("auditor"), now=now)
    deals.join(deal=won, user=company.collaborator, duty="回访", by=by, now=now)
    moved = actions.postpone(
        revisit=due, version=due.version, due_on=TODAY, owner_id=company.collaborator.pk, by=by, now=now
    )
    assert [visit.pk for visit in queries.due_of(service, TODAY)] == [due.pk]
    assert queries.due_of(by, TODAY) == []
    actions.record_visit(revisit=moved, version=moved.version, draft=VISIT, by=service, now=now)
    assert Notice.objects.filter(kind="visit_recorded", user=company.rep).count() == 1
    left, stranger = Revisit.objects.due().get(), company.other_team.pk
    with pytest.raises(Refused) as refused:
        actions.postpone(revisit=left, version=left.version, due_on=TODAY, owner_id=stranger, by=by, now=now)
    assert codes(refused) == ("owner_not_allowed",)


def test_dissatisfaction_brings_the_next_visit_near(won, due, contact, by, now):
    draft = replace(VISIT, contact_id=contact.pk, satisfaction=4)
    actions.record_visit(revisit=due, version=due.version, draft=draft, by=by, now=now)
    assert Revisit.objects.due().get().due_on == TODAY + timedelta(days=2)
    assert [risk.customer for risk in queries.leaving_of(by, TODAY)] == [won.customer]


def test_skipping_goes_on_and_can_be_undone(due, by, now):
    with pytest.raises(Refused) as refused:
        actions.skip_visit(revisit=due, version=due.version, reason=" ", by=by, now=now)
    assert codes(refused) == ("reason_missing",)
    skipped = actions.skip_visit(revisit=due, version=due.version, reason="刚开过验收会", by=by, now=now)
    assert Revisit.objects.due().get().due_on == date(2027, 1, 23)
    actions.take_up(revisit=skipped, by=by, now=now)
    assert Revisit.objects.due().get().pk == due.pk


def test_what_is_withdrawn_counts_no_more(won, due, contact, by, now):
    draft = replace(VISIT, contact_id=contact.pk, satisfaction=3)
    visit = actions.record_visit(revisit=due, version=due.version, draft=draft, by=by, now=now)
    assert Relation.objects.get().score == 3
    actions.withdraw_visit(revisit=visit, by=by, now=now)
    assert queries.satisfaction_of(won) == []
    assert Relation.objects.get().score is None
    actions.restore_visit(revisit=visit, by=by, now=now)
    assert Relation.objects.get().score == 3


def test_his_own_series(company, won, by, now):
    said = {"every_months": 3, "until_on": date(2027, 6, 1), "owner_id": None, "by": by, "now": now}
    plan = actions.plan_series(deal=won, version=1, first_on=date(2026, 12, 1), **said)
    assert Revisit.objects.due().get().due_on == date(2026, 12, 1)
    with pytest.raises(Conflict):
        actions.plan_series(deal=won, version=1, first_on=date(2026, 12, 2), **said)
    due = Revisit.objects.due().get()
    later = now + timedelta(days=180)
    draft = replace(VISIT, done_on=date(2027, 5, 20))
    actions.record_visit(revisit=due, version=due.version, draft=draft, by=by, now=later)
    assert Revisit.objects.due().get().due_on == date(2027, 6, 1)
    assert plan.version == 2


def test_the_customer_answers_once_and_may_change_it(won, survey, company, now):
    by = holder_of(survey.link)

    def say(answer, name="陈工"):
        return actions.customer_answers(link=survey.link, answer=answer, name=name, by=by, now=now, where="1.2.3.4")

    with pytest.raises(Refused) as refused:
        say(Answer(None, {"usage": "hourly"}))
    assert codes(refused) == ("score_missing", "choice_unknown")
    say(Answer(9, {"usage": "daily", "result": ""}, "很好用"))
    say(Answer(9, {"usage": "daily"}, "很好用"))  # sent twice
    said = Survey.objects.get()
    assert (said.score, said.choices, said.answered_name) == (9, {"usage": "daily"}, "陈工")
    assert Event.objects.filter(kind="revisits.survey_answered").count() == 1
    say(Answer(5, {}, "夜班没人管", wants_call=True))
    assert [str(score.score) for score in queries.satisfaction_of(won)] == ["5"]
    assert Revisit.objects.due().get().due_on == TODAY + timedelta(days=2)
    people = set(Notice.objects.filter(kind="survey_answered").values_list("user", flat=True))
    assert {company.rep.pk, company.team_lead.pk} <= people


def test_a_link_that_ended_takes_no_answer(survey, by, now):
    revoke_link(link=survey.link, by=by, now=now)
    Contact.objects.update(do_not_contact=True, do_not_contact_since=now)
    with pytest.raises(Refused) as refused:
        actions.customer_answers(
            link=survey.link, answer=Answer(9), name="", by=holder_of(survey.link), now=now, where=""
        )
    assert codes(refused) == ("contact_gone", "link_dead")


def test_a_survey_goes_to_somebody_of_the_customer(company, won, by, now):
    elsewhere = a_contact(a_customer(company.rep, name="别家"))
    with pytest.raises(Refused) as refused:
        actions.send_survey(deal=won, draft=SurveyDraft(elsewhere.pk, date(2026, 12, 1)), by=by, now=now)
    assert codes(refused) == ("contact_elsewhere",)


def second(won, **more):
    return SecondDraft("二厂推广", "extend", won.owner_id, Decimal(200_000), date(2027, 3, 1), **more)


def test_a_second_sale_starts_at_discovery_with_what_is_known(won, due, by, now):
    visit = actions.record_visit(revisit=due, version=due.version, draft=VISIT, by=by, now=now)
    found = actions.open_second(deal=won, draft=second(won, revisit_id=visit.pk), by=by, now=now)
    assert (found.linked_from, found.customer, found.motion, found.step) == (won, won.customer, "existing", "discovery")
    assert (found.market, found.scale, found.variant) == ("tob", "large", found.variant)
    assert has_history(found)
    assert SecondSale.objects.get().revisit == visit


def test_what_a_second_sale_is_refused_for(company, won, playbook, by, now):
    wrong = SecondDraft(
        "", "gift", company.other_team.pk, product_id=999, revisit_id=999, expected_close_on=date(2020, 1, 1)
    )
    with pytest.raises(Refused) as refused:
        actions.open_second(deal=won, draft=wrong, by=by, now=now)
    assert codes(refused) == ("owner_not_allowed", "kind_unknown", "product_gone", "revisit_elsewhere", "close_in_past")
    running = a_deal(company.rep, playbook, customer=won.customer, name="进行中")
    with pytest.raises(Refused) as refused:
        actions.open_second(deal=running, draft=second(won), by=by, now=now)
    assert codes(refused) == ("deal_still_open",)


def test_the_relationship_grows_with_what_is_won_and_shrinks_with_what_is_not(company, win, customer, now):
    levels = []
    for name in ("一期", "二期", "三期"):
        deal = win(name)
        levels.append(Relation.objects.get(pk=customer.pk).level)
    assert levels == ["single", "repeat", "partner"]
    deals.reopen(deal=deal, reason="客户反悔", by=company.by("director"), now=now)
    assert Relation.objects.get(pk=customer.pk).level == "repeat"
    assert queries.repeating(company.by("rep")).rate == 100


def test_it_is_worked_out_again_by_night_and_for_merged_customers(company, win, customer, now):
    other = a_customer(company.rep, name="华瑞精密有限公司")
    win("一期")
    win("他处", to=other)
    Relation.objects.filter(pk=customer.pk).update(level="partner", won=9)
    assert relations.every_night(now) == 1
    Opportunity.objects.filter(customer=other).update(customer=customer)
    relations.after_merge(customer, company.by("rep"), now)
    assert Relation.objects.get(pk=customer.pk).won == 2


def test_what_nobody_planned_is_planned_by_night(won, now):
    for model in (Revisit, RevisitPlan):
        model.objects.all().delete()
    assert actions.plan_missing(now) == 1
    assert actions.plan_missing(now) == 0
    assert Revisit.objects.due().count() == 1
