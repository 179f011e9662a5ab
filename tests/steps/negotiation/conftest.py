from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.steps.negotiation import actions
from tuoke.steps.negotiation.rules import LineDraft


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def contact(customer):
    return a_contact(customer, position="采购总监")


@pytest.fixture
def deal(company, playbook, customer):
    return a_deal(company.rep, playbook, customer=customer, step="negotiation", amount=Decimal(500_000))


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def line(deal, by, now):
    """底线: 432,100 yuan, 57 days, the intellectual property stays ours."""
    draft = LineDraft(Decimal(432_100), 57, ("知识产权：归我方所有",), "成本核算")
    return actions.set_line(deal=deal, version=0, draft=draft, by=by, now=now)
