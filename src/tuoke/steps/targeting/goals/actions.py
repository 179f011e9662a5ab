"""Verbs of goals. Each raises Refused with every reason, Conflict (somebody saved first), Goal.DoesNotExist (not his)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals.models import Goal, columns_of
from tuoke.steps.targeting.goals.queries import Reach, source_of
from tuoke.steps.targeting.goals.rules import Axis, Basis, Holder, Share, Slot, difference, faults


@transaction.atomic
def set_goal(*, slot: Slot, amount: Decimal, version: int, by: Principal, now: datetime) -> Goal:
    """Give a place its goal, or another one. ``version`` is what was seen, 0 where there was none.

    Raises Goal.DoesNotExist where ``by`` may not set goals there, Conflict, Refused: unknown_metric, unknown_campaign,
    holder_unknown, person_elsewhere, person_inactive, negative, too_big, not_in_units, not_a_number.
    """
    _open_to(by, slot)
    _must(_may_hold(slot) & _sound(slot, amount))
    return _write(Share(slot, amount, version), by=by, now=now)


@transaction.atomic
def split_goal(
    *, slot: Slot, version: int, axis: Axis, basis: Basis, shares: Sequence[Share], by: Principal, now: datetime
) -> Goal:
    """Give the parts of a goal what was seen in the preview, all or nothing. They need not add up: the difference is
    shown. A share without an amount withdraws what the part had. ``version`` is the whole's.

    Raises as ``set_goal``; Refused also: no_goal, not_a_part, negative … with ``part`` naming the share.
    """
    _open_to(by, slot)
    whole = Goal.objects.standing().at(slot).select_for_update().first()
    if whole is None:
        raise Refused(no("no_goal"))
    if whole.version != version:
        raise Conflict(whole)
    verdict = YES
    for share in shares:
        _open_to(by, share.slot)
        verdict &= _part_of(share.slot, slot, axis)
        if share.amount is not None:
            verdict &= _named(_may_hold(share.slot) & _sound(share.slot, share.amount), share.slot, axis)
    _must(verdict)
    for share in shares:
        if share.amount is None:
            _withdraw_seen(share, by=by, now=now)
        else:
            _write(share, by=by, now=now)
    left = difference(whole.amount, [share.amount for share in shares])
    record(
        kind="goals.split", subject=whole, thread=_thread(whole), by=by, at=now,
        facts={**_facts(slot), "axis": axis, "basis": basis, "parts": len(shares), "difference": left},
    )  # fmt: skip
    return whole


@transaction.atomic
def withdraw_goal(*, goal: Goal, version: int, by: Principal, now: datetime) -> Goal:
    """作废: the place has no goal any more; its history stays. Raises Conflict, Refused: already_withdrawn."""
    current = _locked(goal, by=by)
    if not current.is_standing:
        raise Refused(no("already_withdrawn"))
    if current.version != version:
        raise Conflict(current)
    return _withdraw(current, by=by, now=now)


@transaction.atomic
def restore_goal(*, goal: Goal, by: Principal, now: datetime) -> Goal:
    """Undo of withdrawing: the goal stands again as it was. A goal that stands is left alone."""
    current = _locked(goal, by=by)
    if current.is_standing:
        return current
    current.voided_at = None
    current.version += 1
    current.save(update_fields=["voided_at", "version"])
    record(
        kind="goals.restored", subject=current, thread=_thread(current), by=by, at=now,
        facts={**_facts(current.slot), "amount": current.amount},
    )  # fmt: skip
    return current


def _write(share: Share, *, by: Principal, now: datetime) -> Goal:
    assert share.amount is not None
    current = Goal.objects.at(share.slot).select_for_update().first()
    if current is None:
        return _create(share, by=by, now=now)
    _seen(current, share.version)
    before = current.amount if current.is_standing else None
    if before == share.amount:
        return current
    current.amount, current.voided_at = share.amount, None
    current.version += 1
    current.save(update_fields=["amount", "voided_at", "version"])
    _tell(current, before, by=by, now=now)
    return current


def _create(share: Share, *, by: Principal, now: datetime) -> Goal:
    assert share.amount is not None
    if share.version:
        raise Goal.DoesNotExist
    try:
        with transaction.atomic():
            goal = Goal.objects.create(**columns_of(share.slot), amount=share.amount)
    except IntegrityError:  # somebody set it in the meantime
        raise Conflict(Goal.objects.at(share.slot).get()) from None
    _tell(goal, None, by=by, now=now)
    return goal


def _withdraw_seen(share: Share, *, by: Principal, now: datetime) -> None:
    current = Goal.objects.at(share.slot).select_for_update().first()
    if current is None or not current.is_standing:
        return
    _seen(current, share.version)
    _withdraw(current, by=by, now=now)


def _withdraw(current: Goal, *, by: Principal, now: datetime) -> Goal:
    current.voided_at = now
    current.version += 1
    current.save(update_fields=["voided_at", "version"])
    record(
        kind="goals.withdrawn", subject=current, thread=_thread(current), by=by, at=now,
        changes={"amount": (current.amount, None)}, facts=_facts(current.slot),
    )  # fmt: skip
    return current


def _seen(current: Goal, version: int) -> None:
    """Who saw no goal saw right while it is withdrawn."""
    if version != current.version and not (version == 0 and not current.is_standing):
        raise Conflict(current)


def _tell(goal: Goal, before: Decimal | None, *, by: Principal, now: datetime) -> None:
    record(
        kind="goals.set", subject=goal, thread=goal, by=by, at=now,
        changes={"amount": (before, goal.amount)}, facts=_facts(goal.slot),
    )  # fmt: skip


def _locked(goal: Goal, *, by: Principal) -> Goal:
    return Goal.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=goal.pk)


def _open_to(by: Principal, slot: Slot) -> None:
    if not Reach(by).rules(slot.holder):
        raise Goal.DoesNotExist


def _may_hold(slot: Slot) -> Verdict:
    """Is there such a metric, campaign and holder? A person who has a goal there keeps it, wherever he is now."""
    verdict = YES if source_of(slot.metric) else no("unknown_metric")
    if slot.campaign_id is not None and not Campaign.objects.filter(pk=slot.campaign_id).exists():
        verdict &= no("unknown_campaign")
    return verdict & _sound_holder(slot.holder, has_one=Goal.objects.at(slot).exists())


def _sound_holder(holder: Holder, *, has_one: bool) -> Verdict:
    if holder.is_company:
        return YES
    if not Department.objects.filter(pk=holder.department_id or 0).exists():
        return no("holder_unknown")
    if not holder.is_person or has_one:
        return YES
    person = User.objects.filter(pk=holder.user_id or 0).first()
    if person is None:
        return no("holder_unknown")
    if not person.is_active:
        return no("person_inactive", name=person.name)
    return YES if person.department_id == holder.department_id else no("person_elsewhere", name=person.name)


def _sound(slot: Slot, amount: Decimal) -> Verdict:
    source = source_of(slot.metric)
    return faults(amount, unit=source.unit) if source else YES


def _part_of(part: Slot, whole: Slot, axis: Axis) -> Verdict:
    same = part.metric == whole.metric and part.campaign_id == whole.campaign_id
    if axis is Axis.PERIODS:
        return YES if same and part.holder == whole.holder and part.period in whole.period.parts else no("not_a_part")
    return YES if same and part.period == whole.period and _is_below(part.holder, whole.holder) else no("not_a_part")


def _is_below(part: Holder, whole: Holder) -> bool:
    """Directly below: a person in his department, a department under its parent; under the company what has none
    above it, or only the one root."""
    if part.is_company or whole.is_person or part == whole:
        return False
    if part.is_person and not whole.is_company:
        return part.department_id == whole.department_id
    roots = set(Department.objects.filter(parent=None).values_list("pk", flat=True))
    if part.is_person:
        return roots == {part.department_id}
    parent = Department.objects.filter(pk=part.department_id or 0).values_list("parent_id", flat=True).first()
    if not whole.is_company:
        return parent == whole.department_id
    return (len(roots) == 1 and parent in roots) or (len(roots) > 1 and part.department_id in roots)


def _named(verdict: Verdict, slot: Slot, axis: Axis) -> Verdict:
    """The same reasons, each saying which part it is about."""
    part = slot.holder.key if axis is Axis.PEOPLE else str(slot.period)
    return Verdict(tuple(Reason(reason.code, {**reason.params, "part": part}) for reason in verdict.reasons))


def _thread(goal: Goal) -> Goal | str:
    """A campaign's goals are told in its timeline."""
    return f"catalog.campaign:{goal.campaign_id}" if goal.campaign_id else goal


def _facts(slot: Slot) -> dict[str, Any]:
    holder = slot.holder
    user = User.objects.filter(pk=holder.user_id or 0).first() if holder.is_person else None
    department = Department.objects.filter(pk=holder.department_id or 0).first() if not holder.is_company else None
    name = user.name if user else department.name if department else ""
    return {"metric": slot.metric, "period": str(slot.period), "holder": name, "campaign": slot.campaign_id}


def _must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)
