"""Steps 5 and 6 while somebody else is at it: two deciders, a version made while its words change, evidence that goes between
the press and the delivery, a deal that is handed over while its approval waits. On either database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.attacks.test_at_once import at_once, sorted_out
from tests.people import make_company
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.negotiation.rounds.cases import LOW, a_round, an_agreement, ours_of, the_request
from tests.steps.proposals.cases import a_need, an_evidence
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.services.documents.writing import WRITERS
from tuoke.services.links.models import Link
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.actions import retire
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.negotiation.models import BottomLine
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Round
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.models import ProposalVersion, Section
from tuoke.steps.proposals.offers import actions as offers
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.rules import LineDraft as PriceDraft
from tuoke.steps.proposals.offers.rules import OfferDraft
from tuoke.steps.proposals.rules import SectionDraft
from tuoke.steps.proposals.sendings import actions as sendings
from tuoke.steps.proposals.sendings.actions import sending as sending_module
from tuoke.steps.proposals.sendings.rules import SendDraft
from tuoke.steps.proposals.sendings.words import error_said

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "三张表各写各的，交期对不上"
PROMISED = "每月省出 100 小时"


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def house(now):
    company = make_company()
    company.version = load_default(by=system("test"), now=now)
    return company


@pytest.fixture
def deal(house):
    customer = a_customer(house.rep)
    a_contact(customer, name="林总", phone="13800138000")
    return a_deal(house.rep, house.version, customer=customer, step="proposals", amount=Decimal(500_000))


@pytest.fixture
def by(house):
    return house.by("rep")


@pytest.fixture
def proposal(deal, by, now):
    need = a_need(deal, by, text=SAID)
    own = SectionDraft("solution", "交期对齐", "把“三张表各写各的”改为一个交期。", (need.pk,))
    return proposals.begin(deal=deal, title="方案", sections=[NewSection(own)], by=by, now=now)


@pytest.fixture
def draft(deal, now):
    return SendDraft(contact_id=deal.customer.contacts.get().pk, expires_on=(now + timedelta(days=9)).date())


@pytest.fixture
def line(deal, by, now):
    """Without its history, which no database lets go of again."""
    return BottomLine.objects.create(
        opportunity=deal, lowest_price=Decimal(432_100), longest_days=57, set_by_id=by.user_id, set_at=now
    )


def codes(refused):
    return refused.value.verdict.codes


# A proposal


def test_what_is_frozen_is_what_was_judged(deal, proposal, draft, by, now, monkeypatch):
    """Somebody saves a promise without evidence between the judgement and the version: it waits, and doesn't go out."""
    section, judged, real = proposal.sections.get(), Signal(), sending_module.lacks_of
    words = SectionDraft(
        section.part,
        section.title,
        f"{section.text}{PROMISED}",
        tuple(section.answers.values_list("need_id", flat=True)),
    )

    def write():
        judged.wait(10)
        try:
            proposals.edit_section(section=section, version=section.version, draft=words, by=by, now=now)
        finally:
            connection.close()

    def lacks_of(*args, **more):
        found = real(*args, **more)
        judged.set()
        other.join(1)  # on PostgreSQL he would be through by now, if nothing held him
        return found

    other = Thread(target=write)
    other.start()
    monkeypatch.setattr(sending_module, "lacks_of", lacks_of)
    sending = sendings.send(deal=deal, draft=draft, by=by, now=now)
    other.join(10)
    assert PROMISED not in str(sending.version.content)
    assert PROMISED in Section.objects.get().text


@pytest.fixture
def papers(monkeypatch):
    """Written in no time: what is in them is tried elsewhere."""
    for kind in ("pdf", "docx"):
        monkeypatch.setitem(WRITERS, kind, lambda target, document: target.write(b"paper"))


@pytest.fixture
def resting(proposal, house, by, now):
    """Evidence behind the one section."""
    item = an_evidence(house)
    proposals.attach_proof(section=proposal.sections.get(), version=item.versions.get(), by=by, now=now)
    return item


def test_evidence_that_goes_while_the_papers_are_written_stops_them(deal, resting, draft, papers, house, by, now):
    """Nothing is sent, it is said why, and trying again says so too."""
    sending = sendings.send(deal=deal, draft=draft, by=by, now=now)
    retire(item=resting, by=house.by("process_owner"), now=now)
    sendings.prepare.func(sending.pk)
    sending.refresh_from_db()
    assert (sending.state, sending.error_codes, Link.objects.count()) == ("failed", ["proofs_gone"], 0)
    assert "证据已停用" in error_said(sending.error, sending.error_codes)
    with pytest.raises(Refused) as refused:
        sendings.retry(sending=sending, by=by, now=now)
    assert codes(refused) == ("proofs_gone",)


def test_every_reason_of_a_delivery_can_be_said():
    """None is passed over, none needs a figure that isn't kept."""
    for code in ("deal_closed", "contact_gone", "expires_passed", "proofs_gone", "offer_over", "proposal_withdrawn"):
        assert len(error_said("refused", [code])) > len(error_said("refused", [])) + 5, code


def test_two_workers_hand_a_proposal_over_once(deal, proposal, draft, papers, by, now):
    sending = sendings.send(deal=deal, draft=draft, by=by, now=now)
    results = at_once(*[lambda: sendings.prepare.func(sending.pk)] * 3)
    assert results == [None] * 3
    assert Link.objects.count() == 1
    assert Event.objects.filter(kind="sendings.sent").count() == 1


def test_one_proposal_of_a_deal_and_one_version_of_what_it_says(deal, proposal, by, now):
    freeze = [lambda: proposals.freeze(proposal=proposal, by=by, now=now)] * 3
    results = at_once(*freeze, lambda: proposals.begin(deal=deal, title="又一份", sections=[], by=by, now=now))
    assert sorted_out(results, ProposalVersion) == (3, 1)
    assert ProposalVersion.objects.count() == 1


# Prices


@pytest.fixture
def offer(deal, by, now):
    """One that only a manager may let out."""
    made = offers.draft_offer(
        deal=deal, draft=OfferDraft(valid_until=(now + timedelta(days=30)).date()), by=by, now=now
    )
    offers.add_line(
        offer=made, draft=PriceDraft("平台", Decimal(1), Decimal(500_000), discount_percent=Decimal(12)), by=by, now=now
    )
    made.refresh_from_db()
    return made


def test_nobody_agrees_to_prices_that_change_under_his_hand(offer, house, by, now):
    """However the two meet, other prices than those that were agreed to are not issued."""
    request = offers.ask_discount(offer=offer, reason="老客户", by=by, now=now)
    line = offer.lines.get()
    lower = PriceDraft("平台", Decimal(1), Decimal(300_000), discount_percent=Decimal(12))
    manager = house.by("team_lead")
    results = at_once(
        lambda: approvals.approve(request=request, version=request.version, reason="", by=manager, now=now),
        lambda: offers.edit_line(line=line, version=line.version, draft=lower, by=by, now=now),
    )
    sorted_out(results, Request | type(line))
    offer.refresh_from_db()
    with pytest.raises(Refused):
        offers.issue(offer=offer, version=offer.version, by=by, now=now)


def test_one_offer_is_the_current_one(deal, offer, house, by, now):
    manager = house.by("team_lead")
    other = offers.draft_offer(deal=deal, like=offer, by=by, now=now)
    Offer.objects.update(valid_until=(now + timedelta(days=30)).date())
    issue = [lambda o=o: offers.issue(offer=o, version=o.version, by=manager, now=now) for o in (offer, other)]
    sorted_out(at_once(*issue, *issue), Offer)
    assert sorted(Offer.objects.values_list("state", flat=True)) == ["issued", "superseded"]


# Rounds


def test_a_decision_meets_the_offer_being_taken_back(deal, line, house, by, now):
    """Neither waits for the other for ever; whoever comes second hears what has become of it."""
    row = a_round(deal, by, ours=LOW, reason="年底冲量", now=now)
    request, position = the_request(), ours_of(row)
    leads = [house.by(name) for name in ("team_lead", "director")]
    decide = [lambda by=by: approvals.approve(request=request, version=1, reason="", by=by, now=now) for by in leads]
    take_back = [lambda: rounds.withdraw_offer(position=position, by=by, now=now)]
    results = at_once(*decide, *take_back)
    assert sum(isinstance(result, Request) for result in results) <= 1, results
    assert not [one for one in results if not isinstance(one, Request | Refused | Conflict | type(position))], results
    position.refresh_from_db()
    assert position.state == "withdrawn"


def test_both_sides_agree_once(deal, line, house, by, now):
    other = house.by("director")
    agree = [lambda by=by: rounds.agree(deal=deal, draft=an_agreement(), by=by, now=now) for by in (by, other, by)]
    assert sorted_out(at_once(*agree), AgreedTerms) == (1, 2)


def test_two_rounds_at_once_are_not_both_the_next(deal, line, by, now):
    assert sorted_out(at_once(*[lambda: a_round(deal, by, now=now, seen=0)] * 3), Round) == (1, 2)


def test_a_deal_that_is_handed_over_takes_its_line_along(deal, line, house, by, now):
    """Who was asked decides no more where the deal isn't under him any more; the new owner takes the offer back."""
    row, there = a_round(deal, by, ours=LOW, reason="年底冲量", now=now), house.other_team
    request, position = the_request(), ours_of(row)
    Opportunity.objects.filter(pk=deal.pk).update(owner=there, department=there.department)
    for name in ("team_lead", "rep"):
        with pytest.raises(Refused):
            approvals.approve(request=request, version=1, reason="", by=house.by(name), now=now)
    with pytest.raises(Opportunity.DoesNotExist), transaction.atomic():
        rounds.withdraw_offer(position=position, by=by, now=now)
    rounds.withdraw_offer(position=position, by=house.by("other_team"), now=now)
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_an_approval_that_ends_between_page_and_press(deal, line, house, by, now, clock, monkeypatch):
    """The press says so in place of deciding, also before the tick has noted it; the offer stays off the table."""
    row = a_round(deal, by, ours=LOW, reason="年底冲量", now=now)
    request = the_request()
    client = Client()
    client.force_login(house.team_lead)
    path = reverse("approvals:request", args=[request.pk])
    assert client.get(path).context["form"]
    monkeypatch.setattr("django.utils.timezone.now", lambda: request.expires_at + timedelta(seconds=1))
    client.force_login(house.team_lead)
    answer = client.post(f"{path}decide/", {"verb": "approve", "version": 1, "reason": ""})
    assert answer.status_code == 422
    assert "过期" in answer.content.decode()
    assert ours_of(row).state == "approval"
