import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def contact(customer):
    return a_contact(customer, role="decider")


@pytest.fixture
def deal(company, playbook, customer):
    return a_deal(company.rep, playbook, customer=customer)


@pytest.fixture
def lead(company):
    return a_lead(company.rep)
