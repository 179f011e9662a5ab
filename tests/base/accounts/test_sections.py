"""A collaborator sees of the projects that he has joined what concerns his department, and nothing else (P4)."""

from __future__ import annotations

import pytest

from tuoke.base.accounts.models import Department
from tuoke.base.accounts.queries import holders_of, principal_of
from tuoke.base.accounts.rules import SECTIONS, Function, Permission, Role, Scope, union

CASES = {
    Function.SALES: ({"need.read", "proposal.read", "offer.read", "project.read"}, {"contract.read", "payment.read"}),
    Function.TECH: ({"need.read", "proposal.read", "project.write"}, {"offer.read", "contract.read", "payment.read"}),
    Function.PRODUCT: ({"proposal.read", "project.read"}, {"offer.read", "contract.read", "payment.read"}),
    Function.SERVICE: ({"need.read", "project.write"}, {"proposal.read", "offer.read", "contract.read"}),
    Function.LEGAL: ({"contract.read"}, {"need.read", "proposal.read", "offer.read", "payment.read", "project.read"}),
    Function.FINANCE: ({"offer.read", "payment.write"}, {"need.read", "proposal.read", "project.read"}),
}


@pytest.mark.parametrize("function", Function)
def test_each_department_has_its_sections(function):
    opened, closed = CASES[function]
    grants = union([Role.COLLABORATOR], function=function)
    assert {p.value for p in grants} >= opened
    assert not {p.value for p in grants} & closed
    assert Permission.NEGOTIATION_READ not in grants, "what we would give in to is the sellers'"
    assert set(grants.values()) == {Scope.JOINED}


def test_nobody_but_a_collaborator_is_narrowed_by_his_department():
    for role in set(Role) - {Role.COLLABORATOR}:
        assert union([role], function=Function.LEGAL) == union([role])


def test_who_has_no_department_counts_as_of_the_sales_side():
    assert union([Role.COLLABORATOR]) == union([Role.COLLABORATOR], function=Function.SALES)


@pytest.mark.parametrize("function", [Function.LEGAL, Function.TECH])
def test_a_person_has_what_his_department_has(company, function):
    Department.objects.filter(pk=company.collaborator.department_id).update(function=function.value)
    company.collaborator.refresh_from_db()
    assert SECTIONS[function] <= principal_of(company.collaborator).grants.keys()
    reads = function is Function.LEGAL
    assert principal_of(company.collaborator).may(Permission.CONTRACT_READ) is reads
    found = holders_of(Permission.CONTRACT_READ, among=[company.collaborator, company.admin])
    assert found == ([company.collaborator] if reads else [])
