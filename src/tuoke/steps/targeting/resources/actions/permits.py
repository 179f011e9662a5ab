"""What the verbs of resources ask first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.spine.customers.rules import Tier
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.rules import Wish


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def locked(resource: Resource | int, *, by: Principal, action: str = "read") -> Resource:
    """The resource, held until the transaction ends: whoever changes what is taken of it comes here first."""
    pk = resource if isinstance(resource, int) else resource.pk
    return Resource.objects.visible_to(by, action).select_for_update(of=("self",)).get(pk=pk)


def locked_allocation(allocation: Allocation, *, version: int, by: Principal, action: str) -> Allocation:
    """Its resource first, so that two never wait for each other; then the row itself, as it was seen."""
    Resource.objects.select_for_update(of=("self",)).get(pk=allocation.resource_id)
    found = Allocation.objects.visible_to(by, action).select_for_update(of=("self",)).get(pk=allocation.pk)
    if found.version != version:
        raise Conflict(found)
    return Allocation.objects.select_related("resource", "department", "user", "requester").get(pk=found.pk)


def owner_fits(owner_id: int, *, by: Principal, before: int | None = None) -> Verdict:
    """May this person own a resource that ``by`` sets up? Who has it already may keep it."""
    owner = User.objects.filter(pk=owner_id).first()
    if owner is None or (not owner.is_active and owner.pk != before):
        return no("owner_inactive", field="owner")
    if owner.pk == before:
        return YES
    if not holders_of(Permission.RESOURCE_REQUEST, among=[owner]):
        return no("owner_may_not_grant", field="owner", name=owner.name)
    scope = by.scope_of(Permission.RESOURCE_WRITE)
    if scope is Scope.ALL or owner.pk == by.user_id or owner.department_id in by.department_ids(scope):
        return YES
    return no("owner_elsewhere", field="owner", name=owner.name)


def receiver_exists(wish: Wish) -> Verdict:
    """Is there such a department, and such an active person in it?"""
    if not Department.objects.filter(pk=wish.department_id).exists():
        return no("unknown_receiver", field="receiver")
    verdict = YES if wish.tier in {"", *Tier} else no("unknown_tier", field="tier")
    if wish.user_id is None:
        return verdict
    person = User.objects.filter(pk=wish.user_id, department_id=wish.department_id).first()
    if person is None:
        return verdict & no("unknown_receiver", field="receiver")
    return verdict if person.is_active else verdict & no("receiver_inactive", field="receiver", name=person.name)


def told(changed: Sequence[str], row: Any) -> dict[str, Any]:
    """Columns as the history keeps them: names, not ids."""
    found = {}
    for name in changed:
        value = getattr(row, name)
        found[name] = str(value) if hasattr(value, "pk") else value
    return found
