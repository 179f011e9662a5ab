from __future__ import annotations

from datetime import date

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.contracts.written import a_contract
from tuoke.steps.contracts.confirmations import actions
from tuoke.steps.contracts.confirmations.rules import InviteDraft


@pytest.fixture
def contact(company):
    return a_contact(a_customer(company.rep), phone="13800138000")


@pytest.fixture
def deal(company, playbook, contact):
    return a_deal(company.rep, playbook, customer=contact.customer, step="contracts")


@pytest.fixture
def contract(deal):
    return a_contract(deal)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def invitation(contract, contact, by, now):
    return actions.invite(contract=contract, draft=InviteDraft(contact.pk, date(2026, 12, 5)), by=by, now=now)
