"""The one door: who sees whose rows (O1)."""

from __future__ import annotations

import pytest

from tuoke.base.accounts.rules import link_holder, system
from tuoke.spine.customers.models import Customer, Lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def customers(company, now):
    return {
        who: Customer.objects.create(
            name=f"{who}的客户",
            name_key=who,
            owner=getattr(company, who),
            department=getattr(company, who).department,
            created_at=now,
        )
        for who in ("rep", "teammate", "other_team")
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("rep", {"rep"}),
        ("teammate", {"teammate"}),
        ("team_lead", {"rep", "teammate"}),
        ("other_team", {"other_team"}),
        ("director", {"rep", "teammate", "other_team"}),
        ("auditor", {"rep", "teammate", "other_team"}),
        ("process_owner", set()),
        ("collaborator", set()),
        ("admin", set()),
        ("disabled", set()),
    ],
)
def test_reading(company, customers, who, sees):
    seen = Customer.objects.visible_to(company.by(who))
    assert {c.name for c in seen} == {customers[w].name for w in sees}


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        ("rep", {"rep"}),
        ("team_lead", {"rep", "teammate"}),
        ("auditor", set()),
        ("process_owner", set()),
        ("admin", set()),
    ],
)
def test_writing(company, customers, who, changes):
    seen = Customer.objects.visible_to(company.by(who), "write")
    assert {c.name for c in seen} == {customers[w].name for w in changes}


def test_the_system_sees_all_and_a_link_holder_nothing(customers):
    assert Customer.objects.visible_to(system("test")).count() == 3
    assert not Customer.objects.visible_to(link_holder(name="客户", reason="测试")).exists()


def test_the_row_keeps_the_department_of_its_day(company, customers):
    """A re-organisation moves people, not old rows."""
    company.rep.department = company.departments["south"]
    company.rep.save()
    assert customers["rep"] in Customer.objects.visible_to(company.by("team_lead"))


def test_the_pool_is_read_by_sellers_and_changed_by_nobody(company, now):
    lead = Lead.objects.create(company="公海公司", party_key="公海公司", created_at=now)
    for who in ("rep", "other_team", "team_lead"):
        assert lead in Lead.objects.visible_to(company.by(who))
    assert lead not in Lead.objects.visible_to(company.by("rep"), "write")
    assert lead not in Lead.objects.visible_to(company.by("collaborator"))
