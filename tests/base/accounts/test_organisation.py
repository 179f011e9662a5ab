from __future__ import annotations

import pytest

from tuoke.base.accounts.actions import load_organisation
from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Permission, Scope, system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event

pytestmark = pytest.mark.django_db
ORG = {
    "departments": [
        {"code": "hq", "name": "总部"},
        {"code": "east", "name": "华东大区", "parent": "hq", "function": "sales", "manager": "li.na"},
    ],
    "users": [
        {
            "username": "li.na",
            "name": "李娜",
            "department": "east",
            "roles": ["team_lead"],
            "password": "Xiaoshou-2026",
        },
        {"username": "wang.fang", "name": "王芳", "department": "east", "roles": ["rep"], "email": "wf@example.com"},
    ],
}


def load(document, now):
    return load_organisation(document=document, by=system("test"), now=now)


def test_loads_departments_managers_people_and_roles(now):
    result = load(ORG, now)

    assert (result.departments_created, result.users_created) == (2, 2)
    east = Department.objects.get(code="east")
    assert (east.parent.code, east.manager.username, east.function) == ("hq", "li.na", "sales")
    assert User.objects.get(username="li.na").check_password("Xiaoshou-2026")
    assert principal_of(User.objects.get(username="wang.fang")).scope_of(Permission.LEAD_READ) is Scope.SELF


def test_the_same_file_twice_changes_nothing(now):
    load(ORG, now)
    events = Event.objects.count()
    result = load(ORG, now)

    assert (result.departments_created, result.departments_updated, result.users_created, result.users_updated) == (
        0,
        0,
        0,
        0,
    )
    assert Event.objects.count() == events


def test_what_changed_is_updated_and_recorded(now):
    load(ORG, now)
    changed = {**ORG, "users": [{**ORG["users"][1], "name": "王芳芳", "roles": ["rep", "auditor"]}]}
    assert load(changed, now).users_updated == 1

    event = Event.objects.filter(kind="accounts.user_changed").get()
    assert event.changes == {"name": ["王芳", "王芳芳"], "roles": [["rep"], ["auditor", "rep"]]}


@pytest.mark.parametrize(
    ("document", "at"),
    [
        (None, "文件"),
        ([], "文件"),
        ({"people": []}, "people"),
        ({"departments": {}}, "departments"),
        ({"departments": [{"code": "a"}]}, "departments[1].name"),
        ({"departments": [{"code": "a", "name": "甲", "boss": "x"}]}, "departments[1].boss"),
        ({"departments": [{"code": 1, "name": "甲"}]}, "departments[1].code"),
        ({"departments": [{"code": "a", "name": "甲", "parent": "zz"}]}, "departments.a.parent"),
        ({"departments": [{"code": "a", "name": "甲", "parent": "a"}]}, "departments.a.parent"),
        ({"departments": [{"code": "a", "name": "甲", "function": "hr"}]}, "departments.a.function"),
        ({"departments": [{"code": "a", "name": "甲", "manager": "nobody"}]}, "departments.a.manager"),
        ({"departments": [{"code": "a", "name": "甲"}, {"code": "a", "name": "乙"}]}, "departments.a"),
        ({"users": [{"username": "u", "name": "优", "roles": ["boss"]}]}, "users.u.roles"),
        ({"users": [{"username": "u", "name": "优", "roles": "rep"}]}, "users.u.roles"),
        ({"users": [{"username": "u", "name": "优", "roles": ["rep"], "email": "no"}]}, "users.u.email"),
        ({"users": [{"username": "u", "name": "优", "roles": ["rep"], "password": "12345678"}]}, "users.u.password"),
        ({"users": [{"username": "u", "name": "优", "roles": ["rep"], "department": "zz"}]}, "users.u.department"),
        ({"users": [{"username": "u", "name": "优", "roles": ["rep"], "active": "no"}]}, "users.u.active"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_changes_nothing(document, at, now):
    with pytest.raises(Refused) as refusal:
        load(document, now)
    assert at in [reason.params["at"] for reason in refusal.value.verdict.reasons]
    assert not Department.objects.exists()
    assert not User.objects.exists()


def test_every_problem_is_named_at_once(now):
    document = {
        "departments": [{"code": "a", "name": "甲", "function": "hr", "parent": "b"}],
        "users": [{"username": "u"}],
    }
    with pytest.raises(Refused) as refusal:
        load(document, now)
    assert len(refusal.value.verdict.reasons) >= 4
