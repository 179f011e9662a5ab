from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from tuoke.base.accounts import hooks
from tuoke.base.accounts.models import Company, Department, ListLayout, RoleHeld, SavedView, User
from tuoke.base.accounts.rules import (
    GRANTS,
    LISTS,
    Audience,
    Function,
    Permission,
    Principal,
    PrincipalKind,
    Role,
    Scope,
    above,
    audiences,
    below,
    covers,
    union,
)


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """What the company tells its customers of itself; ``logo_url`` is empty where there is none."""

    name: str
    phone: str = ""
    address: str = ""
    website: str = ""
    logo_url: str = ""


def company() -> CompanyCard:
    """The company's card, named as the topmost department until somebody has said otherwise: one query, two until then."""
    columns = ("name", "phone", "address", "website", "logo_digest")
    said = Company.objects.values_list(*columns).first()
    if said is None:
        return CompanyCard(Department.objects.filter(parent=None).values_list("name", flat=True).first() or "")
    name, phone, address, website, digest = said
    return CompanyCard(name, phone, address, website, logo_url=reverse("company_logo", args=[digest]) if digest else "")


def principal_of(user: User) -> Principal:
    """The person as a principal. One query; another where a role looks below its department, or depends on what the
    department does."""
    roles = frozenset(Role(r) for r in RoleHeld.objects.filter(user=user).values_list("role", flat=True))
    function = _function_of(user) if Role.COLLABORATOR in roles else None
    grants = union(roles, function=function) if user.is_active else {}
    tree: frozenset[int] = frozenset()
    if user.department_id is not None and Scope.TREE in grants.values():
        tree = below(user.department_id, dict(Department.objects.values_list("pk", "parent_id")))
    return Principal(
        kind=PrincipalKind.USER,
        user_id=user.pk,
        name=user.name or user.username,
        grants=grants,
        department_id=user.department_id,
        tree_ids=tree,
        roles=roles,
    )


def _function_of(user: User) -> Function | None:
    said = Department.objects.filter(pk=user.department_id or 0).values_list("function", flat=True).first()
    return Function(said) if said else None


def holders_of(permission: Permission, *, among: Iterable[User]) -> list[User]:
    """Those of the given people whose roles grant the permission."""
    people = list(among)
    held: dict[int, set[Role]] = {}
    functions: dict[int, Function] = {}
    roles = RoleHeld.objects.filter(user__in=people).values_list("user_id", "role", "user__department__function")
    for user_id, role, function in roles:
        held.setdefault(user_id, set()).add(Role(role))
        if function:
            functions[user_id] = Function(function)
    return [u for u in people if permission in union(held.get(u.pk, ()), function=functions.get(u.pk))]


def colleagues(who: Principal, permission: Permission) -> list[User]:
    """Active people to whom ``who`` may hand things under a permission: his scope of people, himself first."""
    scope = who.scope_of(permission)
    people = User.objects.filter(is_active=True)
    if scope is not Scope.ALL:
        departments = who.department_ids(scope)
        people = people.filter(department_id__in=departments) if departments else people.filter(pk=who.user_id or 0)
    found = holders_of(permission, among=people.select_related("department").order_by("name"))
    return sorted(found, key=lambda user: user.pk != who.user_id)


def managers_above(user: User, *, department_id: int | None = None) -> list[User]:
    """Active people other than him who may waive for a department (default: his own), nearest department first.

    The same people whom ``deals.queries.is_manager_of`` lets waive a criterion of a deal of that department. Three
    queries; who may waive for everybody without standing above comes last.
    """
    department_id = department_id or user.department_id
    managing = [role for role, (_, permissions) in GRANTS.items() if Permission.DEAL_WAIVE in permissions]
    roles: dict[int, set[Role]] = {}
    for user_id, role in RoleHeld.objects.filter(role__in=managing).values_list("user_id", "role"):
        roles.setdefault(user_id, set()).add(Role(role))
    chain = _chain(department_id)
    found: list[tuple[int, User]] = []
    people = User.objects.filter(pk__in=roles, is_active=True).exclude(pk=user.pk).select_related("department")
    for one in people.order_by("name", "pk"):
        steps = chain.index(one.department_id) if one.department_id in chain else None
        if covers(union(roles[one.pk])[Permission.DEAL_WAIVE], steps):
            found.append((len(chain) if steps is None else steps, one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _chain(department_id: int | None) -> list[int]:
    """A department, then the one above it, and so on; a cycle ends."""
    parents = dict(Department.objects.values_list("pk", "parent_id")) if department_id else {}
    chain: list[int] = []
    here = department_id
    while here is not None and here not in chain:
        chain.append(here)
        here = parents.get(here)
    return chain


def closed_sections(who: Principal) -> tuple[str, ...]:
    """The sections of the history that are not for this person. No query."""
    return tuple(section for section, permission in hooks.sections.items() if not who.may(permission))


def views_of(who: Principal, place: str) -> QuerySet[SavedView]:
    """The saved views of a list that ``who`` is offered: his own, and what is shared with him."""
    if who.user_id is None or not who.may(LISTS[place].use):
        return SavedView.objects.none()
    seen = Q(owner_id=who.user_id) | Q(audience=Audience.ALL)
    if who.department_id is not None:
        parents = dict(Department.objects.values_list("pk", "parent_id"))
        seen |= Q(audience=Audience.DEPARTMENT, department_id__in=above(who.department_id, parents))
    return SavedView.objects.filter(seen, place=place, removed_at=None).select_related("owner")


def audiences_of(who: Principal, place: str) -> tuple[Audience, ...]:
    """With whom ``who`` may share a view of this list."""
    return audiences(who.scope_of(LISTS[place].share), has_department=who.department_id is not None)


def layouts_of(who: Principal, place: str) -> dict[str, ListLayout]:
    """How this person wants the views of a list drawn, by the view's name. One query."""
    return {layout.view: layout for layout in ListLayout.objects.filter(user_id=who.user_id or 0, place=place)}


def organisation() -> list[Department]:
    """All departments with their people and roles, ordered so that each follows its parent; ``depth`` is set."""
    people = User.objects.prefetch_related("roles_held").order_by("-is_active", "name")
    departments = list(
        Department.objects.select_related("manager", "parent").prefetch_related(Prefetch("users", people))
    )
    children: dict[int | None, list[Department]] = {}
    for department in departments:
        children.setdefault(department.parent_id, []).append(department)
    ordered: list[Department] = []

    def walk(parent: int | None, depth: int) -> None:
        for department in children.get(parent, []):
            department.depth = depth  # type: ignore[attr-defined]  # for the template
            ordered.append(department)
            walk(department.pk, depth + 1)

    walk(None, 0)
    return ordered
