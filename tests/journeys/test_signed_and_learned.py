"""From agreed terms to the second sale, through the gates of steps 7 and 8 (S7.1-S7.3, S8.1-S8.3, P3, P4).

Six people at six screens: the rep, a colleague of each of legal, finance and service affairs, the process owner, a manager,
and the customer with his telephone and no account. What each did is looked up; nothing is ticked that a fact could prove.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.journeys.conftest import PHONE
from tests.journeys.signed_and_learned import contract, learning, project
from tests.journeys.signed_and_learned.ground import PRICE, agree, hire
from tests.journeys.signed_and_learned.hands import advance, missing
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.base.accounts.rules import system
from tuoke.spine.deals.models import Membership
from tuoke.spine.library.actions import load_starter
from tuoke.spine.playbook.actions import load_default

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def deal(company):
    """Negotiated and agreed: what is walked begins with the contract."""
    now = timezone.now()
    playbook = load_default(by=system("test"), now=now)
    load_starter(by=system("test"), now=now)
    hire(company)
    customer = a_customer(company.rep, "长河精密零部件", industry="制造业")
    boss = a_contact(customer, "何志远", position="生产副总", phone="+8613800138000", role="decider")
    begun = now - timedelta(days=20)
    deal = a_deal(
        company.rep, playbook, customer=customer, name="一个交期", step="outreach", variant="tob_large", market="tob", scale="large",
        motion="new", amount=PRICE,
        target_amount=Decimal(500_000), target_close_on=timezone.localdate() + timedelta(days=5), created_at=begun,
        entered_step_at=begun,
    )  # fmt: skip
    for member, duty in ((company.service, "实施与售后"), (company.finance, "开票回款")):
        Membership.objects.create(opportunity=deal, user=member, duty=duty)
    agree(company, deal, boss, now=now)
    return deal


def test_agreed_terms_are_signed_delivered_and_learned_from(visit, company, deal):
    rep, customer = visit(company.rep), visit(viewport=PHONE, touch=True)
    contract.draft_contract(rep, deal)
    contract.depart(rep, deal)
    lawyer = visit(company.legal)
    contract.ask_legal(rep, lawyer, deal)
    contract.confirm_on_the_phone(customer, rep, deal, contract.invite(rep, deal))
    assert "legal_cleared" in missing(deal), "what was cleared said something else"
    contract.ask_legal(rep, lawyer, deal)
    contract.sign(rep, deal)
    finance, service = visit(company.finance), visit(company.service)
    project.schedule_payments(rep, finance, deal)
    project.plan_kickoff(rep, deal)
    project.introduce(rep, deal)
    project.show_plan(rep, customer, deal)
    project.deliver(rep, deal, customer)
    assert missing(deal) == set(), "nothing left to tick: facts alone"
    advance(rep, deal, to="reviews")

    learning.review(rep, service, finance, deal)
    learning.iterate(visit(company.process_owner), deal)
    learning.revisit(rep, customer, deal)
    learning.sell_again(rep, deal)
    assert missing(deal) == set()
    learning.finish(rep, deal)
