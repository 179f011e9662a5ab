"""客户转介绍: which customer recommended us (S2.1)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.steps.leads.drafts import ready
from tests.steps.leads.test_screens import text, typed
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers.actions import create_customer
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import CustomerDraft, OnDuplicate
from tuoke.steps.leads import actions

pytestmark = pytest.mark.usefixtures("playbook")
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def customer(company, now):
    def made(name: str, owner: str = "rep") -> Customer:
        draft = CustomerDraft(name=name, owner_id=getattr(company, owner).pk)
        return create_customer(draft=draft, by=company.by("director"), now=now, on_duplicate=OnDuplicate.ACCEPT)

    return made


@pytest.fixture
def referral(db):
    return LeadSource.objects.get(name="客户转介绍")


def test_a_lead_names_the_customer_who_recommended_us(customer, referral, login):
    known = customer("老客户有限公司")
    client = login("rep")
    client.post("/leads/new/", typed(source=referral.pk, referrer="老客户有限公司"))
    lead = Lead.objects.get()
    assert lead.referrer == known
    assert "老客户有限公司" in text(client.get(lead.get_absolute_url()))
    panel = client.get(reverse("leads:referred", args=[known.pk]), **HTMX)
    assert "新客户有限公司" in text(panel)
    assert "介绍来的线索" in text(client.get(known.get_absolute_url()))


def test_two_customers_of_one_name_are_told_apart(customer, login):
    customer("同名公司")
    second = customer("同名公司")
    login("rep").post("/leads/new/", typed(referrer=f"同名公司 #{second.pk}"))
    assert Lead.objects.get().referrer == second


@pytest.mark.parametrize(
    "said", ["没有这家", "别人的客户", "别人的客户 #{pk}", "#{pk}", "x #" + "9" * 30, "' OR 1=1 --"]
)
def test_somebody_elses_customer_is_no_referrer(customer, login, said):
    foreign = customer("别人的客户", "other_team")
    response = login("rep").post("/leads/new/", typed(referrer=said.format(pk=foreign.pk)))
    assert response.status_code == 422
    assert "没有找到这位客户" in text(response)
    assert not Lead.objects.exists()


def test_the_action_asks_too(customer, company, now):
    foreign = customer("别人的客户", "other_team")
    with pytest.raises(Refused) as refusal:
        actions.create_lead(draft=ready(referrer_id=foreign.pk), by=company.by("rep"), now=now)
    assert refusal.value.verdict.codes == ("referrer_unknown",)


def test_a_recommendation_without_a_name_is_advised_and_stored(referral, login):
    response = login("rep").post("/leads/new/", typed(source=referral.pk), follow=True)
    assert Lead.objects.count() == 1
    assert "还没有写是哪位客户介绍的" in text(response)


def test_editing_keeps_a_referrer_that_one_may_not_see(customer, company, login, now):
    hidden = customer("总监的客户", "director")
    lead = actions.create_lead(
        draft=ready(referrer_id=hidden.pk, owner_id=company.rep.pk), by=company.by("director"), now=now
    )
    client = login("rep")
    page = text(client.get(lead.get_absolute_url()))
    assert "总监的客户" not in page
    client.post(reverse("leads:edit", args=[lead.pk]), typed(company="恒远精密科技有限公司", version=1, confirmed="on"))
    lead.refresh_from_db()
    assert (lead.referrer, lead.version) == (hidden, 2)


def test_changing_and_taking_away_is_history(customer, company, login, now):
    first, second = customer("甲公司"), customer("乙公司")
    lead = actions.create_lead(
        draft=ready(referrer_id=first.pk, owner_id=company.rep.pk), by=company.by("rep"), now=now
    )
    client = login("rep")
    same = {"company": lead.company, "want": lead.want, "phone": lead.phone, "confirmed": "on"}
    client.post(reverse("leads:edit", args=[lead.pk]), typed(**same, version=1, referrer=f"乙公司 #{second.pk}"))
    assert Event.objects.filter(kind="leads.edited").latest("id").changes["referrer"] == ["甲公司", "乙公司"]
    client.post(reverse("leads:edit", args=[lead.pk]), typed(**same, version=2, referrer=""))
    lead.refresh_from_db()
    assert lead.referrer is None


def test_customers_are_offered_while_typing(customer, login):
    customer("恒远老客户")
    customer("恒远别人的", "other_team")
    client = login("rep")
    address = reverse("leads:referrers")
    offered = text(client.get(address, {"referrer": "恒远"}, **HTMX))
    assert "恒远老客户" in offered
    assert "恒远别人的" not in offered
    assert client.get(address, {"referrer": "\x00"}, **HTMX).status_code == 200
    assert client.get(address).status_code == 302
    assert login("auditor").get(address, **HTMX).status_code == 403


def test_the_panel_of_somebody_elses_customer_is_not_there(customer, login):
    foreign = customer("别人的客户", "other_team")
    assert login("rep").get(reverse("leads:referred", args=[foreign.pk])).status_code == 404
