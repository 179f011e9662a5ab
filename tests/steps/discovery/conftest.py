import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def contact(customer):
    return a_contact(customer, position="生产总监")


@pytest.fixture
def deal(company, playbook, customer):
    return a_deal(company.rep, playbook, customer=customer)


@pytest.fixture
def by(company):
    return company.by("rep")
