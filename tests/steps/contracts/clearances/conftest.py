from __future__ import annotations

import pytest

from tests.spine.followups.cases import a_customer, a_deal
from tests.steps.contracts.written import a_contract
from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.base.accounts.queries import principal_of


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, customer=a_customer(company.rep), step="contracts")


@pytest.fixture
def contract(deal):
    return a_contract(deal)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def lawyer(company):
    """A colleague of the legal department who has joined nothing."""
    department = Department.objects.create(name="法务部", function="legal", parent=Department.objects.get(parent=None))
    user = User.objects.create_user("he.lv", name="何律", department=department)
    RoleHeld.objects.create(user=user, role="collaborator")
    return user


@pytest.fixture
def lawyers_word(lawyer):
    return principal_of(lawyer)
