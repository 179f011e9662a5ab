"""Who works at the test company."""

from __future__ import annotations

from types import SimpleNamespace

from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal

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
    departments = {
        "hq": hq,
        "east": Department.objects.create(code="east", name="华东大区", parent=hq),
        "south": Department.objects.create(code="south", name="华南大区", parent=hq),
        "tech": Department.objects.create(code="tech", name="技术部", parent=hq, function="tech"),
    }
    people: dict[str, User] = {}
    for username, (name, department, role) in PEOPLE.items():
        user = User.objects.create_user(
            username, name=name, department=departments[department], is_active=username != "disabled"
        )
        RoleHeld.objects.create(user=user, role=role)
        people[username] = user
    return SimpleNamespace(departments=departments, by=lambda name: as_principal(people[name]), **people)


def as_principal(user: User) -> Principal:
    return principal_of(User.objects.select_related("department").get(pk=user.pk))
