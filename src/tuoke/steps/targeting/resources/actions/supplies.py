"""Setting a resource up, changing it, withdrawing it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.resources.actions.permits import locked, must, owner_fits, told
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.queries import names_of, uses_of
from tuoke.steps.targeting.resources.rules import Stock, Supply, sound_supply, still_holds

_TOLD = (
    "name", "kind", "unit", "quantity", "starts_on", "ends_on", "is_consumed", "owner", "campaign", "note"
)  # fmt: skip


@transaction.atomic
def add_resource(*, supply: Supply, by: Principal, now: datetime) -> Resource:
    """Raises Refused: may_not_write, owner_inactive, owner_may_not_grant, owner_elsewhere, unknown_campaign and what
    ``rules.sound_supply`` says."""
    verdict = YES if by.may(Permission.RESOURCE_WRITE) else no("may_not_write")
    must(verdict & sound_supply(supply) & owner_fits(supply.owner_id, by=by) & _campaign_exists(supply))
    resource = Resource.objects.create(**_columns(supply))
    record(
        kind="resources.added", subject=resource, thread=resource, by=by, at=now,
        changes={name: (None, value) for name, value in told(_TOLD, resource).items() if value not in ("", None)},
    )  # fmt: skip
    return resource


@transaction.atomic
def change_resource(*, resource: Resource, version: int, supply: Supply, by: Principal, now: datetime) -> Resource:
    """Raises Resource.DoesNotExist (not his to change), Conflict, Refused as ``add_resource`` and, where less would be
    left than is allocated, less_than_allocated or allocated_outside with the allocations in ``lines``."""
    current = locked(resource, by=by, action="write")
    if current.version != version:
        raise Conflict(current)
    verdict = sound_supply(supply) & owner_fits(supply.owner_id, by=by, before=current.owner_id)
    verdict &= _campaign_exists(supply)
    must(verdict and _still_holds(current, supply))
    before = told(_TOLD, current)
    columns = _columns(supply)
    if supply.owner_id == current.owner_id:
        columns.pop("department_id")  # his department on the day when he got it
    for name, value in columns.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    changed = Resource.objects.select_related("owner", "campaign").get(pk=current.pk)
    changes = changes_between(before=before, after=told(_TOLD, changed))
    if changes:
        record(kind="resources.changed", subject=changed, thread=changed, by=by, at=now, changes=changes)
    return changed


@transaction.atomic
def void_resource(*, resource: Resource, version: int, by: Principal, now: datetime) -> Resource:
    """作废. Raises Conflict, Refused: already_voided, still_allocated (lines), still_asked_for (count)."""
    current = locked(resource, by=by, action="write")
    if current.voided_at is not None:
        raise Refused(no("already_voided"))
    if current.version != version:
        raise Conflict(current)
    held = _lines(Allocation.objects.in_force().filter(resource=current))
    asked = Allocation.objects.waiting().filter(resource=current).count()
    verdict = no("still_allocated", lines=held) if held else YES
    must(verdict & (no("still_asked_for", count=asked) if asked else YES))
    return _set_voided(current, "resources.voided", now, by=by, now=now)


@transaction.atomic
def restore_resource(*, resource: Resource, by: Principal, now: datetime) -> Resource:
    """Undo of 作废. A resource that stands is left alone."""
    current = locked(resource, by=by, action="write")
    return current if current.voided_at is None else _set_voided(current, "resources.restored", None, by=by, now=now)


def _set_voided(current: Resource, event: str, at: datetime | None, *, by: Principal, now: datetime) -> Resource:
    current.voided_at = at
    current.version += 1
    current.save(update_fields=["voided_at", "version"])
    record(kind=event, subject=current, thread=current, by=by, at=now)
    return current


def _still_holds(current: Resource, supply: Supply) -> Verdict:
    stock = Stock(supply.quantity, supply.starts_on, supply.ends_on, supply.is_consumed)
    verdict = still_holds(stock, uses_of(current))
    if verdict:
        return YES
    reason = verdict.reasons[0]
    allocations = Allocation.objects.in_force().filter(resource=current)
    if reason.code == "less_than_allocated" and not supply.is_consumed:
        allocations = allocations.filter(starts_on__lte=reason.params["last"], ends_on__gte=reason.params["first"])
    if reason.code == "allocated_outside":
        inside = allocations.filter(starts_on__gte=supply.starts_on, ends_on__lte=supply.ends_on)
        allocations = allocations.exclude(pk__in=inside.values("pk"))
    return Verdict((Reason(reason.code, {**reason.params, "unit": current.unit, "lines": _lines(allocations)}),))


def _lines(allocations: Any) -> list[tuple[str, Decimal, str, str]]:
    """For whom, how much, from, to: what a refusal names."""
    found = list(allocations.select_related("department", "user").order_by("starts_on", "pk"))
    names = names_of(found)
    return [(names[a.pk], a.kept, a.starts_on.isoformat(), a.ends_on.isoformat()) for a in found]


def _campaign_exists(supply: Supply) -> Verdict:
    known = supply.campaign_id is None or Campaign.objects.filter(pk=supply.campaign_id).exists()
    return YES if known else no("unknown_campaign", field="campaign")


def _columns(supply: Supply) -> dict[str, Any]:
    owner = User.objects.get(pk=supply.owner_id)
    return {
        "name": supply.name.strip(),
        "kind": supply.kind,
        "unit": supply.unit.strip(),
        "quantity": supply.quantity,
        "starts_on": supply.starts_on,
        "ends_on": supply.ends_on,
        "is_consumed": supply.is_consumed,
        "owner": owner,
        "department_id": owner.department_id,
        "campaign_id": supply.campaign_id,
        "note": supply.note.strip(),
    }
