"""Who works at the test company."""

from __future__ import annotations

from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal

NONE = make_password(None)
PEOPLE = {
    "rep": ("王芳", "east", "rep"),
    "teammate": ("李强", "east", "rep"),
    "team_lead": ("李娜", "east", "team_lead"),
    "other_team": ("赵敏", "south", "rep"),
    "director": ("周总", "hq", "director"),
    "process_owner": ("孙流程", "hq", "process_owner"),
    "collaborator": ("吴工", "tech", "collaborator"),
    "auditor": ("郑审", "hq", "auditor"),
    "admin": ("管理员", "hq", "admin"),
    "disabled": ("离职者", "east", "rep"),
}


def make_company() -> SimpleNamespace:
    hq = Department.objects.create(code="hq", name="总部")
    below = [
        Department(code="east", name="华东大区", parent=hq),
        Department(code="south", name="华南大区", parent=hq),
        Department(code="tech", name="技术部", parent=hq, function="tech"),
    ]
    departments = {"hq": hq, **{d.code: d for d in Department.objects.bulk_create(below)}}
    people = {
        username: User(
            username=username,
            name=name,
            department=departments[department],
            is_active=username != "disabled",
            password=NONE,
        )
        for username, (name, department, _role) in PEOPLE.items()
    }
    User.objects.bulk_create(people.values())
    RoleHeld.objects.bulk_create(RoleHeld(user=user, role=PEOPLE[username][2]) for username, user in people.items())
    return SimpleNamespace(departments=departments, by=lambda name: as_principal(people[name]), **people)


def as_principal(user: User) -> Principal:
    return principal_of(User.objects.select_related("department").get(pk=user.pk))
