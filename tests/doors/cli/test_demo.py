"""The demo company is made by the product's own actions, so it is also a walk through everything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from tests.conftest import NOW
from tuoke.base.accounts.models import SavedView, User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Role, system
from tuoke.doors.cli.demo.build import FOLLOWUPS, NEEDS, build
from tuoke.doors.cli.main import main
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import waiting_count
from tuoke.services.calendar.queries import workdays
from tuoke.services.notifications.models import Notice
from tuoke.spine.catalog.models import Campaign, Competitor, Product, SourceCost
from tuoke.spine.customers.models import Contact, Customer, Holding, Lead, Merge, Pair
from tuoke.spine.customers.rules import Handling
from tuoke.spine.deals.duties.models import Duty
from tuoke.spine.deals.models import Opportunity, Waiver
from tuoke.spine.deals.queries import facts_about
from tuoke.spine.followups import queries as followups
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import Telling, telling
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.steps.contracts.deliveries.models import DeliveryItem, Issue
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.queries import current_contract, readiness, standing
from tuoke.steps.discovery import queries as discovery
from tuoke.steps.discovery.decisions.models import KnownCheck
from tuoke.steps.discovery.interviews.facts import facts_of as interview_facts
from tuoke.steps.discovery.interviews.models import Outline
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.leads.models import AssignmentRule, Rescoring
from tuoke.steps.leads.queries import due_today, recycled_soon
from tuoke.steps.negotiation.models import Insider
from tuoke.steps.negotiation.returns.models import Share
from tuoke.steps.negotiation.rounds.models import Round
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.queries import effect_of_items
from tuoke.steps.outreach.calls.rules import Hint, Reached
from tuoke.steps.outreach.models import BackgroundEvent
from tuoke.steps.proposals.demos.models import Trial
from tuoke.steps.proposals.models import Section
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.sendings.models import Sending
from tuoke.steps.reviews.effects.models import Measurement
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.revisits.models import Survey
from tuoke.steps.targeting.facts import judgement_of
from tuoke.steps.targeting.goals.facts import lacks
from tuoke.steps.targeting.models import CustomerProfile, PastDeal
from tuoke.steps.targeting.queries import Which, content_of, evidence, versions_of
from tuoke.steps.targeting.resources.models import Allocation
from tuoke.steps.targeting.resources.rules import Status
from tuoke.steps.targeting.rules.suggestions import State, findings

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Built once: every test looks at the same company and rolls back what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(now=NOW)
        yield
        transaction.set_rollback(True)


def test_the_company_is_as_promised(demo):
    from tuoke.base.accounts.models import Department, RoleHeld

    assert User.objects.count() >= 12
    assert set(RoleHeld.objects.values_list("role", flat=True)) == set(Role)
    assert set(Department.objects.values_list("function", flat=True)) >= {
        "sales",
        "tech",
        "product",
        "service",
        "legal",
    }
    assert Lead.objects.count() > 200
    assert 35 <= Opportunity.objects.count() <= 55

    steps = Counter(Opportunity.objects.values_list("step", flat=True))
    assert set(steps) == {"outreach", "discovery", "proposals", "negotiation", "contracts", "reviews"}
    outcomes = Counter(Opportunity.objects.values_list("outcome", flat=True))
    assert set(outcomes) == {"open", "paused", "won", "lost"}


def test_the_documents_own_example_comes_out_cell_for_cell(demo):
    customer = Customer.objects.get(name="科技有限公司")
    _, needs = discovery.needs_table(system("test"), customer=customer)
    _, records = followups.record_table(system("test"), subject=customer)

    assert [tuple(row) for row in needs] == list(NEEDS)
    assert set(FOLLOWUPS) <= {tuple(row) for row in records}


def test_its_campaign_was_prepared_and_started_through_the_gate(demo, now):
    campaign = Campaign.objects.get()

    assert campaign.started_at is not None
    assert campaign.starts_on <= now.date() <= campaign.ends_on
    assert [f.criterion.kind for f in judgement_of(campaign).findings if not f.passed and f.criterion.required] == []
    assert set(lacks(campaign)) == {"signed_amount", "new_leads", "qualified_leads"}
    assert not any(lacks(campaign).values()), "goals that don't add up"
    assert Counter(Allocation.objects.values_list("status", flat=True)) == {Status.APPROVED: 5, Status.REQUESTED: 2}


def test_its_market_has_products_that_say_whom_they_fit_and_rivals_and_costs(demo):
    assert all(product.industries and product.pains for product in Product.objects.all())
    assert all(rival.strengths and rival.weaknesses and rival.counters for rival in Competitor.objects.all())
    assert Competitor.objects.count() == 4
    assert SourceCost.objects.count() > 10


def test_its_history_taught_the_profile_something_and_suggests_more(demo):
    director = principal_of(User.objects.get(username="zhou.hong"))
    profile = CustomerProfile.objects.get(name="数据整合 · 成长期企业")
    whole = evidence(director, which=Which.BOTH, market="tob")

    assert PastDeal.objects.count() == 300
    assert [version.number for version in versions_of(profile, who=director)] == [3, 2, 1]
    assert "制造业" in content_of(profile).industries
    found = {
        finding.value: finding.state
        for field in ("industry", "source")
        for finding in findings(whole.cut(field), content_of(profile), market="tob", minimum=profile.minimum_cases)
    }
    assert (found["教育"], found["客户转介绍"]) == (State.DROP, State.ADD)
    assert CustomerProfile.objects.filter(market="toc").count() == 1


def test_its_leads_wait_for_somebody(demo, now):
    rep = principal_of(User.objects.get(username="wang.fang"))
    today = now.date()

    assert due_today(rep, today)
    assert recycled_soon(rep, today)
    assert Lead.objects.exclude(disputed=0).count() == 1
    assert Lead.objects.exclude(verified=0).filter(status="open").count() >= 4
    assert Lead.objects.exclude(referrer=None).count() == 5
    assert Pair.objects.filter(state="open").count() == 5
    assert Merge.objects.filter(undone_at=None).count() == 1
    assert {Handling.CLAIMED, Handling.RETURNED} <= set(Holding.objects.values_list("how", flat=True))
    assert AssignmentRule.objects.count() == 3
    assert set(SavedView.objects.values_list("audience", flat=True)) == {"own", "department", "all"}
    assert not Rescoring.objects.unfinished().exists()


def test_a_second_demo_is_refused(demo, capsys):
    assert main(["demo"]) == 2
    assert "empty" in capsys.readouterr().err


def test_every_gate_was_passed_by_facts(demo):
    """Nobody waived anything; what stands behind its step's gate proves it with calls, needs, maps and shares."""
    assert not Waiver.objects.exists()
    deals = Opportunity.objects.running().select_related("customer", "playbook_version", "lead")
    past = list(deals.exclude(step__in=["outreach", "discovery"]))
    large = [deal for deal in past if deal.variant.startswith("tob_large")]
    assert past
    assert all(facts_about(deal, kinds={"needs_confirmed"})["needs_confirmed"] for deal in past)
    assert large
    assert all(facts_about(deal, kinds={"decision_map_complete"})["decision_map_complete"] for deal in large)
    [far] = deals.filter(motion="cross_region")
    assert facts_about(far, kinds={"co_owner_set"})["co_owner_set"]
    assert facts_about(far, kinds={"first_contact_recorded"})["first_contact_recorded"]


def test_its_calls_tell_which_script_works_and_which_nobody_knows_yet(demo):
    hints = {hint for call in Call.objects.all() for hint in call.found_hints}
    assert Call.objects.filter(reached=Reached.NO_ANSWER).count() == 1
    assert {Hint.LONG, Hint.PRICE, Hint.WE_TALKED} <= hints

    def told(family):
        effects = effect_of_items(list(Item.objects.filter(family=family).values_list("pk", flat=True)))
        return telling(effects.values())

    assert (told("first-call-tob"), told("first-call-manufacturing")) == (Telling.CLEAR, Telling.ALIKE)


def test_its_library_is_somebodys(demo, now):
    assert not Item.objects.exclude(owner__username="sun.li").exists()
    assert 3 <= Item.objects.due(now.date()).count() <= 10
    assert Item.objects.get(shipped_as="scripts/tob-case-first").current_number == 2


def test_its_lists_of_needs_are_on_every_part_of_their_way(demo, now):
    """One was confirmed and has changed since, one nobody has opened, in one the customer wrote."""
    rep = principal_of(User.objects.get(username="wang.fang"))
    sent = {one.opportunity.customer.name[:4]: one for one in Confirmation.objects.visible_to(rep)}

    changed = sent["苏州恒信"]
    assert changed.confirmed_name == "陈志远"
    assert changed.opportunity.needs.filter(state="listed", confirmed_on=None, kind="rigid").exists()
    assert sent["杭州云帆"].link.opened_at is None
    assert now - sent["杭州云帆"].sent_at > timedelta(days=4) - timedelta(hours=8)
    assert Counter(sent["宁波海达"].comments.values_list("kind", flat=True)) == {
        "comment": 2,
        "wrong": 1,
        "addition": 1,
    }
    assert Need.objects.drafts().filter(opportunity__owner_id=rep.user_id).count() >= 3


def test_one_meeting_was_held_and_another_is_prepared(demo, now):
    held, planned = Outline.objects.order_by("pk")
    assert held.is_held
    assert held.followup
    assert interview_facts(held.opportunity)["dimensions_covered"] == 4
    assert held.opportunity.needs.filter(sources__isnull=False).count() == 2
    assert planned.on == workdays().add(now.date(), 1)
    assert planned.questions.count() > 5
    assert set(KnownCheck.objects.values_list("finding", flat=True)) >= {"solved", "changed", "holds"}
    assert BackgroundEvent.objects.filter(happened_on__gte=now.date() - timedelta(days=90)).count() > 20
    assert Contact.objects.filter(do_not_contact=True).count() == 1
    assert Notice.objects.filter(user__username="wang.fang").values("kind").distinct().count() >= 5


def test_its_proposals_are_on_every_part_of_their_way(demo, now):
    """One is with the customer, who read it and asks; one promises too much; one only just drafted from the needs."""
    sent = Sending.objects.select_related("link", "version").get(opportunity__owner__username="wang.fang")
    assert sent.link.opened_at is not None
    assert sent.version.number == 2
    assert [remark.answered_at is None for remark in sent.remarks.order_by("pk")] == [False, True]
    assert set(DealObjection.objects.values_list("state", flat=True)) >= {
        "resolved", "answered", "raised", "prepared", "dismissed",
    }  # fmt: skip
    assert Trial.objects.get().expires_on == now.date() + timedelta(days=2)
    assert Counter(Offer.objects.values_list("state", flat=True))["issued"] > 15
    assert Section.objects.filter(proposal__opportunity__owner__username="zhao.min", source__isnull=False).exists()
    beyond = Opportunity.objects.filter(step__in=["contracts", "reviews"], outcome="won")
    assert all(
        facts_about(deal, kinds={"rigid_answered"})["rigid_answered"]
        and facts_about(deal, kinds={"terms_agreed"})["terms_agreed"]
        for deal in beyond
    )
    assert Opportunity.objects.exclude(lost_to=None).count() == 3


def test_somebody_waits_for_each_kind_of_approval(demo):
    waiting = Request.objects.filter(state="open").values_list("kind", flat=True)
    kinds = ("feasibility", "claims", "discount", "bottom_line", "concession", "legal")
    assert Counter(waiting) == dict.fromkeys(kinds, 1)
    for username in ("li.na", "zhou.hong", "wu.gang", "gao.yuan"):
        assert waiting_count(principal_of(User.objects.get(username=username))), username
    deal = Opportunity.objects.get(owner__username="wang.fang", step="negotiation")
    assert Insider.objects.get(opportunity=deal).user.username == "gao.yuan"
    assert Round.objects.filter(opportunity=deal).count() == 3
    assert Share.objects.filter(calculation__opportunity=deal).count() == 1
    assert Signal.objects.filter(opportunity=deal, state="confirmed").exists()


def test_its_contracts_stand_on_every_part_of_their_way(demo):
    """One departs from what was agreed; one is signed by the full way, delivered and paid in part."""
    hers = Opportunity.objects.filter(owner__username="wang.fang", step="contracts")
    departing, running = hers.get(outcome="open"), hers.get(outcome="won")
    contract = current_contract(departing)
    assert standing(contract).open
    assert {"findings_open", "clause_change_wanted_theirs", "clauses_unconfirmed_theirs"} <= {
        reason.code for reason in readiness(contract, NOW.date()).reasons
    }

    kinds = {"contract_matches", "payments_scheduled", "raci_complete", "kickoff_shared", "team_introduced"}
    assert all(facts_about(running, kinds=kinds)[kind] for kind in kinds)
    rows = Instalment.objects.filter(opportunity=running)
    assert [row.received == row.amount for row in rows].count(True) == 1
    assert any(0 < row.received < row.amount for row in rows)
    assert any(not row.received and row.due_on < NOW.date() for row in rows)
    assert set(DeliveryItem.objects.filter(opportunity=running).values_list("state", flat=True)) == {
        "accepted", "delivered", "open",
    }  # fmt: skip
    assert Issue.objects.filter(opportunity=running, state="open").count() == 1
    assert set(Duty.objects.values_list("state", flat=True)) == {"open", "delivered", "accepted"}


def test_its_reviews_changed_something_and_its_customers_were_asked(demo):
    assert Counter(Improvement.objects.values_list("state", flat=True)) == {
        "published": 1, "in_draft": 1, "proposed": 1, "declined": 1,
    }  # fmt: skip
    assert sorted(Survey.objects.values_list("score", flat=True)) == [4, 9]
    assert Opportunity.objects.filter(linked_from__isnull=False, name="二厂库存与订单接入").exists()
    versions = Opportunity.objects.values_list("playbook_version__number", flat=True)
    assert {1, 2} <= set(versions)
    assert PlaybookVersion.objects.drafts().get().wishes.count() == 1
    assert Measurement.objects.exists()
