"""The demo company is made by the product's own actions, so it is also a walk through everything."""

from __future__ import annotations

from collections import Counter

import pytest

from tuoke.base.accounts.rules import Role, system
from tuoke.doors.cli.demo.build import FOLLOWUPS, NEEDS, build
from tuoke.doors.cli.main import main
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import queries as followups
from tuoke.steps.discovery import queries as discovery

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(now):
    build(now=now)


def test_the_company_is_as_promised(demo):
    from tuoke.base.accounts.models import Department, RoleHeld, User

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


def test_a_second_demo_is_refused(demo, capsys):
    assert main(["demo"]) == 2
    assert "empty" in capsys.readouterr().err
