"""定级 by hand, and scores that live on with customers (S2.4, S2.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers.actions import add_contact, create_customer, edit_contact
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, Tier
from tuoke.spine.deals.actions import close_lost
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import Terms
from tuoke.steps.leads.queries import draft_of

BY_HAND = "老板亲自来访"


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def lead(company, rep, now):
    return actions.create_lead(draft=ready(owner_id=company.rep.pk), by=rep, now=now)


def given(lead, rep, now, tier=Tier.WATCH):
    return actions.set_tier(party=lead, tier=tier, reason=BY_HAND, by=rep, now=now)


def test_a_tier_by_hand_needs_a_reason(lead, rep, now):
    with pytest.raises(Refused) as excinfo:
        actions.set_tier(party=lead, tier=Tier.WATCH, reason="  ", by=rep, now=now)
    assert excinfo.value.verdict.codes == ("reason_missing",)


def test_it_is_kept_through_edits_and_rescoring_until_given_back(lead, rep, now):
    assert lead.tier == Tier.FOCUS
    found = given(lead, rep, now)
    assert (found.tier, found.tier_by_hand, found.tier_reason) == ("watch", True, BY_HAND)
    found = actions.edit_lead(
        lead=found, version=found.version, draft=ready(company=lead.company, decision_maker=None), by=rep, now=now
    )
    Lead.objects.update(score=Decimal(1))
    actions.rescore(by=system("test"), now=now)
    found.refresh_from_db()
    assert (found.tier, found.score > 1) == ("watch", True)
    back = actions.follow_rule(party=found, by=rep, now=now)
    assert (back.tier, back.tier_by_hand, back.tier_reason) == ("nurture", False, "")
    kinds = Event.objects.about(lead).order_by("id").values_list("kind", flat=True)
    assert [kind for kind in kinds if "tier" in kind] == ["leads.tier_set", "leads.tier_by_rule"]
    assert [entry.tier for entry in lead.scores.order_by("id")][-1] == "nurture"


def test_given_back_twice_or_given_alike_is_refused(lead, rep, now):
    with pytest.raises(Refused) as excinfo:
        actions.follow_rule(party=lead, by=rep, now=now)
    assert excinfo.value.verdict.codes == ("not_by_hand",)
    found = given(lead, rep, now)
    with pytest.raises(Refused) as excinfo:
        given(found, rep, now)
    assert excinfo.value.verdict.codes == ("same_tier",)


def test_nobody_grades_anothers_lead(lead, company, now):
    with pytest.raises(Lead.DoesNotExist):
        given(lead, company.by("other_team"), now)


def test_the_threshold_is_remembered_when_first_reached_and_never_forgotten(lead, rep, now):
    assert lead.qualified_at == now
    poor = draft_of(lead)
    cold = actions.edit_lead(
        lead=lead, version=lead.version, by=rep, now=now,
        draft=ready(decision_maker=False, budget_low=Decimal(1), budget_high=Decimal(2), purchase_on=date(2030, 1, 1)),
    )  # fmt: skip
    assert (cold.tier, cold.qualified_at) == ("", now)
    low = actions.create_lead(draft=ready(company="另一家", phone="", purchase_on=None, budget_low=None, budget_high=None), by=rep, now=now)  # fmt: skip
    assert low.qualified_at is None
    assert poor.decision_maker


def test_a_converted_lead_keeps_its_score_while_the_customers_lives_on(lead, rep, playbook, now):
    deal = actions.convert(lead=lead, terms=Terms(name="一期", amount=Decimal(300_000)), by=rep, now=now)
    lead.refresh_from_db()
    customer = Customer.objects.get(pk=deal.customer_id)
    screened = lead.score
    assert (customer.score, customer.tier) == (screened, lead.tier)
    assert customer.scores.count() >= 1
    lines = lead.scores.count()

    close_lost(deal=deal, reason="预算取消", by=rep, now=now)
    actions.edit_lead(lead=lead, version=lead.version, draft=ready(decision_maker=False, budget_low=None, budget_high=None, purchase_on=None), by=rep, now=now)  # fmt: skip
    actions.rescore(by=system("test"), now=now)
    lead.refresh_from_db()
    customer.refresh_from_db()
    assert (lead.score, lead.scores.count()) == (screened, lines)
    assert customer.score < screened


def test_an_existing_customer_is_weighed_by_its_people(company, rep, now):
    customer = create_customer(
        draft=CustomerDraft(name="老客户制造", industry="制造业", owner_id=company.rep.pk), by=rep, now=now
    )
    alone = Customer.objects.get(pk=customer.pk).score
    contact = add_contact(
        customer=customer, draft=ContactDraft(name="陈总", position="总经理", role="decider"), by=rep, now=now
    )
    named = Customer.objects.get(pk=customer.pk).score
    edit_contact(
        contact=contact, version=contact.version, by=rep, now=now,
        draft=ContactDraft(name="陈总", position="总经理", role="decider", contacted_on=date(2026, 11, 20)),
    )  # fmt: skip
    met = Customer.objects.get(pk=customer.pk).score
    assert alone < named < met
    found = actions.set_tier(party=customer, tier=Tier.FOCUS, reason=BY_HAND, by=rep, now=now)
    assert (found.tier, found.tier_by_hand) == ("focus", True)
    assert actions.follow_rule(party=customer, by=rep, now=now).tier == ""


# Screens


def test_the_page_says_what_to_ask_and_what_the_rule_would_give(login, lead, rep, playbook, now):
    lead = actions.edit_lead(lead=lead, version=lead.version, draft=ready(budget_low=None, budget_high=None, purchase_on=None, decision_maker=None), by=rep, now=now)  # fmt: skip
    given(lead, rep, now)
    page = login("rep").get(f"/leads/{lead.pk}/").content.decode()
    assert "先问清这 3 件事，最多可到" in page
    assert "联系人未核验，按 90% 计" in page
    assert BY_HAND in page
    assert "按规则现在是：不分级（未到门槛）" in page
    assert "得分变化" in page


def test_grading_by_form(login, lead):
    client = login("rep")
    url = f"/leads/{lead.pk}/tier/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"tier": "watch", "reason": ""}).status_code == 422
    assert client.post(url, {"tier": "wrong", "reason": "x"}).status_code == 422
    assert client.post(url, {"tier": "watch", "reason": BY_HAND}).status_code == 302
    lead.refresh_from_db()
    assert (lead.tier, lead.tier_by_hand) == ("watch", True)
    assert client.post(f"{url}rule/").status_code == 302
    assert client.post(f"{url}rule/").status_code == 422
    assert login("other_team").get(url).status_code == 404
    assert login("auditor").get(url).status_code in (403, 404)


def test_the_customers_score_is_a_region_of_his_page(login, lead, rep, playbook, now):
    deal = actions.convert(lead=lead, terms=Terms(name="一期", amount=Decimal(300_000)), by=rep, now=now)
    region = login("rep").get(f"/leads/of-customer/{deal.customer_id}/score/", HTTP_HX_REQUEST="true")
    assert region.status_code == 200
    text = region.content.decode()
    assert 'id="score"' in text
    assert "筛选时的得分" in text
    client = login("rep")
    url = f"/leads/of-customer/{deal.customer_id}/tier/"
    assert client.post(url, {"tier": "watch", "reason": BY_HAND}).status_code == 302
    assert Customer.objects.get(pk=deal.customer_id).tier_by_hand
    assert client.post(f"{url}rule/").status_code == 302
    assert login("other_team").get(f"/leads/of-customer/{deal.customer_id}/score/").status_code == 404
    assert login("other_team").post(url, {"tier": "watch", "reason": "x"}).status_code == 404


def test_screens_ask_again_while_a_rescoring_is_under_way(login, lead, now):
    from tuoke.steps.leads.jobs import every_day
    from tuoke.steps.leads.models import Rescoring

    client = login("rep")
    every_day(now)
    Rescoring.objects.update(done=3, total=10)
    region = client.get("/leads/rescoring/", HTTP_HX_REQUEST="true").content.decode()
    assert "正在重新评分：3 / 10" in region
    assert 'hx-trigger="every 3s"' in region
    Rescoring.objects.update(finished_at=now)
    region = client.get("/leads/rescoring/", HTTP_HX_REQUEST="true").content.decode()
    assert "重新评分已完成" in region
    assert "hx-trigger" not in region
