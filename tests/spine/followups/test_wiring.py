"""What deals and leads do to follow-ups through the hooks, and where their gates lead."""

from datetime import date

import pytest

from tests.spine.followups.cases import a_deal
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals import hooks
from tuoke.spine.followups import actions
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.rules import Plan
from tuoke.spine.playbook.rules import KINDS


@pytest.fixture
def planned(deal, company, now):
    return actions.plan_action(subject=deal, plan=Plan("做", date(2026, 11, 24)), by=company.by("rep"), now=now)


def test_losing_a_deal_ends_what_was_to_do(deal, planned, company, now):
    deals.close_lost(deal=deal, reason="选了别家", by=company.by("rep"), now=now)
    planned.refresh_from_db()
    assert planned.cancelled_at == now


def test_a_new_owner_gets_what_is_to_do(deal, planned, company, now):
    deals.transfer(deal=deal, owner=company.teammate, by=company.by("team_lead"), now=now)
    planned.refresh_from_db()
    assert planned.owner == company.teammate
    assert NextAction.objects.waiting().of(company.by("teammate")).get() == planned


def test_each_criterion_of_follow_ups_and_needs_leads_to_a_page(deal, login):
    rep = login("rep")
    for kind in (
        "followups_in_step",
        "followup_advanced_in_step",
        "next_action_set",
        "needs_listed",
        "rigid_needs",
        "needs_confirmed",
    ):
        assert kind in KINDS
        assert rep.get(hooks.fix_places[kind](deal)).status_code == 200


def test_the_panels_of_the_deal_page_answer(deal, login):
    rep = login("rep")
    from django.urls import reverse

    mine = [panel for panel in hooks.panels if panel.url_name.split(":")[0] in ("followups", "discovery")]
    assert {panel.key for panel in mine} == {"followups", "needs"}
    for panel in mine:
        assert rep.get(reverse(panel.url_name, args=[deal.pk])).status_code == 200


def test_the_deal_page_loads_them(company, playbook, login):
    deal = a_deal(company.rep, playbook)
    page = login("rep").get(deal.get_absolute_url()).content.decode()
    assert f"/followups/deal/{deal.pk}/" in page
    assert f"/deals/{deal.pk}/needs/panel/" in page
