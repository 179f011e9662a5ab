"""Asking for a part of a resource, granting it, refusing it, giving it back.

Whatever makes more of a resource taken holds its row and judges again inside the transaction: of two approvals at once
the second sees what the first has taken (S1.5).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.steps.targeting.resources.actions.permits import locked, locked_allocation, must, receiver_exists
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.queries import uses_of
from tuoke.steps.targeting.resources.rules import Status, Use, Wish, may_grant, sound_amount, sound_text, sound_wish


@transaction.atomic
def request(*, resource: Resource, wish: Wish, by: Principal, now: datetime) -> Allocation:
    """Ask for a part, for oneself or for a department whose resources one manages. It takes nothing until approved.

    Raises Refused: may_not_request, not_for_them, resource_voided, outside_period, more_than_there_is (quantity),
    unknown_receiver, receiver_inactive, unknown_tier and what ``rules.sound_wish`` says.
    """
    current = locked(resource, by=by)
    verdict = YES if by.may(Permission.RESOURCE_REQUEST) else no("may_not_request")
    verdict &= _may_ask_for(wish, by=by) & sound_wish(wish) & receiver_exists(wish) & _fits(current, wish)
    must(verdict)
    allocation = _create(current, wish, Status.REQUESTED, by=by, now=now)
    _record("requested", allocation, by=by, now=now)
    return allocation


@transaction.atomic
def allocate(*, resource: Resource, wish: Wish, by: Principal, now: datetime) -> Allocation:
    """Give a part without being asked: the resource's owner to anybody, who manages it within his scope.

    Raises Resource.DoesNotExist (not his to grant), Refused as ``request`` and not_enough (left, first, last).
    """
    current = locked(resource, by=by, action="write")
    must(_may_give_to(wish, current, by=by) & sound_wish(wish) & receiver_exists(wish) & _fits(current, wish))
    must(may_grant(current.stock, uses_of(current), Use(wish.quantity, wish.starts_on, wish.ends_on)))
    allocation = _create(current, wish, Status.APPROVED, by=by, now=now)
    allocation.decided_by_id, allocation.decided_at = by.user_id, now
    allocation.save(update_fields=["decided_by", "decided_at"])
    _record("allocated", allocation, by=by, now=now)
    return allocation


@transaction.atomic
def approve(*, allocation: Allocation, version: int, by: Principal, now: datetime) -> Allocation:
    """Grant a request. Raises Allocation.DoesNotExist (not his to decide), Conflict, Refused: not_waiting,
    resource_voided, receiver_inactive, outside_period, not_enough (left, first, last)."""
    current = locked_allocation(allocation, version=version, by=by, action="decide")
    must(_is(current, Status.REQUESTED, "not_waiting") & _stands(current.resource) & _receiver_works(current))
    must(may_grant(current.resource.stock, uses_of(current.resource), current.use))
    return _decide(current, Status.APPROVED, "approved", reason="", by=by, now=now)


@transaction.atomic
def reject(*, allocation: Allocation, version: int, reason: str, by: Principal, now: datetime) -> Allocation:
    """Refuse a request, with a reason. Raises as ``approve``; Refused: not_waiting, missing/too_long/text_broken (reason)."""
    current = locked_allocation(allocation, version=version, by=by, action="decide")
    must(_is(current, Status.REQUESTED, "not_waiting") & sound_text("reason", reason, required=True))
    return _decide(current, Status.REJECTED, "rejected", reason=reason, by=by, now=now)


@transaction.atomic
def withdraw(*, allocation: Allocation, version: int, by: Principal, now: datetime) -> Allocation:
    """Take one's own request back while it waits. Raises Refused: not_waiting, not_yours."""
    current = locked_allocation(allocation, version=version, by=by, action="write")
    mine = YES if by.user_id is not None and by.user_id == current.requester_id else no("not_yours")
    must(mine & _is(current, Status.REQUESTED, "not_waiting"))
    current.status = Status.WITHDRAWN
    return _saved(current, "withdrawn", by=by, now=now)


@transaction.atomic
def give_back(
    *, allocation: Allocation, version: int, quantity: Decimal, reason: str, by: Principal, now: datetime
) -> Allocation:
    """Return what isn't needed, in part or whole: by whom it is for, who asked for it, or who grants it (with a reason).

    Raises Refused: not_allocated, more_than_kept (kept), and what ``rules.sound_amount`` says of the quantity.
    """
    current = locked_allocation(allocation, version=version, by=by, action="write")
    theirs = by.user_id is not None and by.user_id in {current.requester_id, current.user_id}
    verdict = _is(current, Status.APPROVED, "not_allocated") & sound_amount(quantity)
    verdict &= sound_text("reason", reason, required=not theirs)
    must(verdict)
    if quantity > current.kept:
        raise Refused(no("more_than_kept", field="quantity", kept=current.kept, unit=current.resource.unit))
    current.returned += quantity
    if not current.kept:
        current.status = Status.RETURNED
    return _saved(current, "returned", by=by, now=now, given_back=quantity, reason=reason.strip())


def _decide(
    current: Allocation, status: Status, event: str, *, reason: str, by: Principal, now: datetime
) -> Allocation:
    current.status, current.reason = status, reason.strip()
    current.decided_by_id, current.decided_at = by.user_id, now
    return _saved(current, event, by=by, now=now, reason=current.reason)


def _saved(current: Allocation, event: str, *, by: Principal, now: datetime, **facts: Any) -> Allocation:
    current.version += 1
    current.save()
    _record(event, current, by=by, now=now, **facts)
    return current


def _create(resource: Resource, wish: Wish, status: Status, *, by: Principal, now: datetime) -> Allocation:
    return Allocation.objects.create(
        resource=resource,
        department_id=wish.department_id,
        user_id=wish.user_id,
        requester_id=by.user_id,
        quantity=wish.quantity,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        purpose=wish.purpose.strip(),
        tier=wish.tier,
        status=status,
        created_at=now,
    )


def _record(event: str, allocation: Allocation, *, by: Principal, now: datetime, **facts: Any) -> None:
    whom = allocation.user.name if allocation.user else allocation.department.name
    said = {
        "whom": whom,
        "quantity": allocation.quantity,
        "unit": allocation.resource.unit,
        "starts_on": allocation.starts_on,
        "ends_on": allocation.ends_on,
        "purpose": allocation.purpose,
        **facts,
    }
    record(
        kind=f"resources.{event}", subject=allocation, thread=allocation.resource, by=by, at=now, facts=said,
    )  # fmt: skip


def _may_ask_for(wish: Wish, *, by: Principal) -> Verdict:
    own = wish.user_id is not None and wish.user_id == by.user_id and wish.department_id == by.department_id
    return YES if own or _rules(wish.department_id, by=by) else no("not_for_them", field="receiver")


def _may_give_to(wish: Wish, resource: Resource, *, by: Principal) -> Verdict:
    owns = by.user_id is not None and resource.owner_id == by.user_id
    return YES if owns or _rules(wish.department_id, by=by) else no("not_for_them", field="receiver")


def _rules(department_id: int, *, by: Principal) -> bool:
    scope = by.scope_of(Permission.RESOURCE_WRITE)
    return scope is Scope.ALL or department_id in by.department_ids(scope)


def _fits(resource: Resource, wish: Wish) -> Verdict:
    verdict = _stands(resource)
    if wish.starts_on < resource.starts_on or wish.ends_on > resource.ends_on:
        verdict &= no("outside_period", field="starts_on", first=resource.starts_on, last=resource.ends_on)
    if wish.quantity.is_finite() and wish.quantity > resource.quantity:
        verdict &= no("more_than_there_is", field="quantity", quantity=resource.quantity, unit=resource.unit)
    return verdict


def _stands(resource: Resource) -> Verdict:
    return YES if resource.voided_at is None else no("resource_voided")


def _receiver_works(current: Allocation) -> Verdict:
    gone = current.user is not None and not current.user.is_active
    return no("receiver_inactive", name=current.user.name) if gone and current.user else YES


def _is(current: Allocation, status: Status, code: str) -> Verdict:
    return YES if current.status == status else no(code, status=current.status)
