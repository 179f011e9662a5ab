"""Departments and people, as the organisation file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.base.accounts.rules import PHONE_LIMIT, Function, Principal, Role, below
from tuoke.base.kernel.verdict import Reason, Refused, Verdict
from tuoke.base.records.actions import changes_between, record


@dataclass(frozen=True, slots=True)
class OrgResult:
    """What ``load_organisation`` did, in counts."""

    departments_created: int = 0
    departments_updated: int = 0
    users_created: int = 0
    users_updated: int = 0


@transaction.atomic
def load_organisation(*, document: Any, by: Principal, now: datetime) -> OrgResult:
    """Bring departments and users to what the organisation file says (spec: ``tuoke org load``). Idempotent.

    Raises Refused with every problem; each reason has ``at`` (where in the file), ``wrong`` and ``right``.
    """
    departments, users = _checked(document)
    counts = dict.fromkeys(OrgResult.__slots__, 0)
    by_code = _load_departments(departments, counts, by=by, now=now)
    _load_users(users, by_code, counts, by=by, now=now)
    for entry in departments:
        manager = User.objects.get(username=entry["manager"]) if entry.get("manager") else None
        department = by_code[entry["code"]]
        if department.manager_id != (manager.pk if manager else None):
            department.manager = manager
            department.save(update_fields=["manager"])
    return OrgResult(**counts)


def _load_departments(
    entries: Sequence[dict[str, Any]], counts: dict[str, int], *, by: Principal, now: datetime
) -> dict[str, Department]:
    known = {d.code: d for d in Department.objects.all()}
    for entry in entries:
        code = entry["code"]
        wanted = {"name": entry["name"], "function": entry.get("function", Function.SALES.value)}
        if code not in known:
            known[code] = Department.objects.create(code=code, **wanted)
            record(kind="accounts.department_created", subject=known[code], by=by, at=now, facts=wanted)
            counts["departments_created"] += 1
            continue
        before = {name: getattr(known[code], name) for name in wanted}
        if changes := changes_between(before=before, after=wanted):
            _set(known[code], wanted)
            record(kind="accounts.department_changed", subject=known[code], by=by, at=now, changes=changes)
            counts["departments_updated"] += 1
    for entry in entries:
        department, parent = known[entry["code"]], known[entry["parent"]] if entry.get("parent") else None
        if department.parent_id != (parent.pk if parent else None):
            department.parent = parent
            department.save(update_fields=["parent"])
    return known


def _load_users(
    entries: Sequence[dict[str, Any]],
    departments: dict[str, Department],
    counts: dict[str, int],
    *,
    by: Principal,
    now: datetime,
) -> None:
    known = {u.username: u for u in User.objects.filter(username__in=[e["username"] for e in entries])}
    for entry in entries:
        user = known.get(entry["username"])
        wanted = {
            "name": entry["name"],
            "email": entry.get("email", ""),
            "phone": entry.get("phone", ""),
            "department_id": departments[entry["department"]].pk if entry.get("department") else None,
            "is_active": entry.get("active", True),
        }
        if user is None:
            user = User.objects.create_user(entry["username"], password=entry.get("password"), **wanted)
            record(kind="accounts.user_created", subject=user, by=by, at=now, facts={"username": user.username})
            counts["users_created"] += 1
            _set_roles(user, entry["roles"])
            continue
        before = {name: getattr(user, name) for name in wanted}
        changes = changes_between(before=before, after=wanted)
        roles_before = sorted(user.roles_held.values_list("role", flat=True))
        if roles_before != sorted(entry["roles"]):
            changes["roles"] = (roles_before, sorted(entry["roles"]))
            _set_roles(user, entry["roles"])
        if entry.get("password") and not user.check_password(entry["password"]):
            changes["password"] = ("…", "…")
            user.set_password(entry["password"])
            user.save(update_fields=["password"])
        if changes:
            _set(user, wanted)
            record(kind="accounts.user_changed", subject=user, by=by, at=now, changes=changes)
            counts["users_updated"] += 1


def _set(row: Department | User, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _set_roles(user: User, roles: Sequence[str]) -> None:
    user.roles_held.exclude(role__in=roles).delete()
    for role in roles:
        RoleHeld.objects.get_or_create(user=user, role=role)


def _checked(document: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Both lists of the file, or Refused with everything that is wrong in it."""
    problems: list[Reason] = []

    def wrong(at: str, what: str, right: str) -> None:
        problems.append(Reason("org_file", {"at": at, "wrong": what, "right": right}))

    if not isinstance(document, dict):
        wrong("文件", "不是键值结构", "顶层应有 departments 和 users 两个列表")
        raise Refused(Verdict(tuple(problems)))
    for unknown in set(document) - {"departments", "users"}:
        wrong(str(unknown), "未知的键", "departments 或 users")
    departments = _entries(document.get("departments", []), "departments", {"code", "name"}, _DEPARTMENT_KEYS, wrong)
    users = _entries(document.get("users", []), "users", {"username", "name", "roles"}, _USER_KEYS, wrong)
    codes = {d["code"] for d in departments} | set(Department.objects.values_list("code", flat=True))
    names = {u["username"] for u in users} | set(User.objects.values_list("username", flat=True))
    _check_departments(departments, codes, names, wrong)
    _check_users(users, codes, wrong)
    if problems:
        raise Refused(Verdict(tuple(problems)))
    return departments, users


_DEPARTMENT_KEYS = {"code", "name", "parent", "function", "manager"}
_USER_KEYS = {"username", "name", "department", "roles", "email", "phone", "password", "active"}


def _entries(value: Any, name: str, required: set[str], allowed: set[str], wrong: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        wrong(name, "不是列表", "每个条目以 - 开头")
        return []
    good = []
    for index, entry in enumerate(value, 1):
        at = f"{name}[{index}]"
        if not isinstance(entry, dict):
            wrong(at, "不是键值结构", "{" + ", ".join(sorted(required)) + "}")
            continue
        missing = sorted(k for k in required if not entry.get(k))
        for key in missing:
            wrong(f"{at}.{key}", "缺少", "必填")
        for key in sorted(set(map(str, entry)) - allowed):
            wrong(f"{at}.{key}", "未知的键", ", ".join(sorted(allowed)))
        texts = [k for k in allowed - {"roles", "active"} if k in entry and not isinstance(entry[k], str)]
        for key in texts:
            wrong(f"{at}.{key}", f"{entry[key]!r} 不是文字", "用引号括起来")
        if not missing and not texts:
            good.append(entry)
    return good


def _check_departments(departments: list[dict[str, Any]], codes: set[str], names: set[str], wrong: Any) -> None:
    seen: set[str] = set()
    for entry in departments:
        at = f"departments.{entry['code']}"
        if entry["code"] in seen:
            wrong(at, "编码重复", "每个部门一个编码")
        seen.add(entry["code"])
        if entry.get("parent") and entry["parent"] not in codes:
            wrong(f"{at}.parent", f"没有部门 {entry['parent']}", "先列出上级部门")
        if entry.get("function", "sales") not in set(Function):
            wrong(f"{at}.function", str(entry["function"]), ", ".join(Function))
        if entry.get("manager") and entry["manager"] not in names:
            wrong(f"{at}.manager", f"没有用户 {entry['manager']}", "users 中的 username")
    parents = {d["code"]: d.get("parent") for d in departments}
    numbers = {code: n for n, code in enumerate(parents)}
    up = {numbers[c]: numbers.get(p) if p else None for c, p in parents.items()}
    for code, parent in parents.items():
        if parent in numbers and numbers[parent] in below(numbers[code], up):
            wrong(f"departments.{code}.parent", "上级关系成环", "上级不能是自己或自己的下级")


def _check_users(users: list[dict[str, Any]], codes: set[str], wrong: Any) -> None:
    seen: set[str] = set()
    for entry in users:
        at = f"users.{entry['username']}"
        if entry["username"] in seen:
            wrong(at, "用户名重复", "每人一个用户名")
        seen.add(entry["username"])
        if entry.get("department") and entry["department"] not in codes:
            wrong(f"{at}.department", f"没有部门 {entry['department']}", "departments 中的 code")
        roles = entry["roles"]
        if not isinstance(roles, list) or not set(map(str, roles)) <= set(Role):
            wrong(f"{at}.roles", str(roles), "[" + ", ".join(Role) + "]")
        if not isinstance(entry.get("active", True), bool):
            wrong(f"{at}.active", str(entry["active"]), "true 或 false")
        if len(entry.get("phone", "")) > PHONE_LIMIT:
            wrong(f"{at}.phone", "太长", f"最多 {PHONE_LIMIT} 个字")
        _check_with_django(entry, at, wrong)


def _check_with_django(entry: dict[str, Any], at: str, wrong: Any) -> None:
    for key, check in (("email", validate_email), ("password", validate_password)):
        if not entry.get(key):
            continue
        try:
            check(entry[key])
        except ValidationError as problem:
            wrong(
                f"{at}.{key}", "；".join(problem.messages), "有效的邮箱" if key == "email" else "至少 8 位的不常见密码"
            )
