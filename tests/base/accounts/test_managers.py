import pytest

from tests.spine.followups.cases import a_deal
from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.base.accounts.queries import managers_above
from tuoke.spine.deals.queries import is_manager_of

pytestmark = pytest.mark.django_db


def names(user, **more):
    return [one.username for one in managers_above(user, **more)]


def test_nearest_first_and_never_himself(company):
    assert names(company.rep) == ["team_lead", "director"]
    assert names(company.team_lead) == ["director"]
    assert names(company.director) == []
    assert names(company.other_team) == ["director"]
    assert names(company.rep, department_id=company.departments["south"].pk) == ["director"]


def test_who_is_gone_or_without_a_department(company):
    User.objects.filter(pk=company.team_lead.pk).update(is_active=False)
    assert names(company.rep) == ["director"]
    company.rep.department = None
    assert names(company.rep) == ["director"], "his right covers everybody"


def test_departments_in_a_circle_end(company):
    Department.objects.filter(pk=company.departments["hq"].pk).update(parent=company.departments["east"])
    assert names(company.rep) == ["team_lead", "director"]


def test_the_same_people_as_may_waive(company, playbook):
    RoleHeld.objects.create(user=company.collaborator, role="team_lead")
    deal = a_deal(company.rep, playbook)
    everybody = User.objects.filter(is_active=True).exclude(pk=company.rep.pk)
    waiving = {one.username for one in everybody if is_manager_of(company.by(one.username), deal)}
    assert waiving == set(names(company.rep)) == {"team_lead", "director"}
