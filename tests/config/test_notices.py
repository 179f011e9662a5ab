"""Who is told of what: the hooks as they are wired."""

from datetime import date

import pytest

from tests.spine.followups.cases import a_customer, a_deal, a_lead
from tuoke.base.accounts.rules import system
from tuoke.config.notices import improvement_overdue, payment_due
from tuoke.services.notifications.models import Notice
from tuoke.spine.customers.actions import transfer_customer
from tuoke.spine.customers.models import Lead
from tuoke.spine.deals.actions import transfer
from tuoke.spine.followups.actions import edit_action, plan_action
from tuoke.spine.followups.rules import Plan
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.leads.actions import assign_lead
from tuoke.steps.reviews.improvements.models import Improvement

pytestmark = pytest.mark.django_db


def told():
    return set(Notice.objects.values_list("user__username", "kind"))


def test_a_deal_and_a_customer_handed_over(company, playbook, now):
    deal, lead = a_deal(company.rep, playbook), company.by("team_lead")
    transfer(deal=deal, owner=company.teammate, by=lead, now=now)
    transfer_customer(customer=a_customer(company.rep, name="另一家"), to=company.teammate, by=lead, now=now)
    assert told() == {("teammate", "deal_handed_over"), ("teammate", "customer_given")}
    assert set(Notice.objects.values_list("text", flat=True)) == {
        f"李娜把商机“{deal.name}”交给了您", "李娜把客户“另一家”交给了您",
    }  # fmt: skip


def test_only_what_somebody_else_gave_one_to_do(company, playbook, now):
    deal, by = a_deal(company.rep, playbook), company.by("team_lead")
    plan_action(subject=deal, plan=Plan("自己做", date(2026, 11, 25)), by=company.by("rep"), now=now)
    assert not told()
    action = plan_action(subject=deal, plan=Plan("发报价", date(2026, 11, 25), owner_id=company.rep.pk), by=by, now=now)
    handed_on = Plan("发报价", date(2026, 11, 25), owner_id=company.teammate.pk)
    edit_action(action=action, version=action.version, plan=handed_on, by=by, now=now)
    assert told() == {("rep", "action_entrusted"), ("teammate", "action_entrusted")}


def test_leads_one_by_one_and_many_as_one(company, now):
    from tuoke.config.notices import parties_given

    by = company.by("team_lead")
    assign_lead(lead=a_lead(company.rep), to=company.teammate, by=by, now=now)
    parties_given("lead", {company.rep.pk: [1, 2, 3], company.team_lead.pk: [4]}, by, now)
    assert told() == {("teammate", "lead_given"), ("rep", "lead_given")}
    assert Notice.objects.get(user=company.rep).text == "李娜分配给您 3 条线索"
    assert Notice.objects.get(user=company.teammate).url == Lead.objects.get().get_absolute_url()


def test_what_the_owner_of_a_deal_would_hear_who_has_left_hears_who_leads_him(company, playbook, now):
    deal = a_deal(company.rep, playbook, step="contracts", outcome="won", outcome_on="2026-11-20")
    row = Instalment(opportunity=deal, name="首付款", amount=100, due_on=date(2026, 11, 20))
    payment_due(row, 3, system("payments"), now)
    assert told() == {("rep", "payment_due")}
    Notice.objects.all().delete()
    company.rep.is_active = False
    company.rep.save()
    deal.refresh_from_db()
    payment_due(row, 10, system("payments"), now)
    assert told() == {("team_lead", "payment_due")}


def test_an_improvement_whose_owner_has_left_is_reminded_of_where_it_is_decided(company, now):
    row = Improvement(pk=1, title="缩短方案评审", owner=company.disabled, due_on=date(2026, 11, 20))
    improvement_overdue(row, system("improvements"), now)
    assert told() == {("process_owner", "improvement_overdue"), ("director", "improvement_overdue")}
