"""What follows by itself: the schedule of a contract that was signed, days that a plan's lines give, reminders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuoke.base.accounts.rules import Principal, system
from tuoke.services.calendar.queries import workdays
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff.models import KickoffPlan
from tuoke.steps.contracts.kickoff.rules import Move
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.payments import hooks
from tuoke.steps.contracts.payments.actions.doors import dated, tell
from tuoke.steps.contracts.payments.actions.planning import drafted, said
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.payments.queries.drafting import draft_of
from tuoke.steps.contracts.payments.rules import next_reminder
from tuoke.steps.contracts.rules.stages import Event

AT_ONCE = 500
"""Instalments that one tick looks at."""


def after_signing(contract: Contract, by: Principal, now: datetime) -> None:
    """``contracts.hooks.on_signed``, in its transaction (the deal is locked): a schedule is drafted where there is none, and
    what waited for the signature gets its day."""
    deal = contract.opportunity
    rows = Instalment.objects.standing().filter(opportunity=deal)
    if not rows.exists():
        drafted(deal, by=by, now=now)
        return
    days = {draft.event: draft.on for draft in draft_of(deal).drafts if draft.on is not None}
    signed = days.get(Event.SIGNED.value) or contract.signed_on
    for row in rows.filter(event=Event.SIGNED.value, due_on=None, milestone=None, settled_on=None):
        row.opportunity, row.due_on = deal, signed
        row.version += 1
        dated(row).save()
        tell("changed", row, by=by, now=now, changes={"due_on": (None, row.due_on)}, facts=said(row))


def follow_moves(plan: KickoffPlan, moves: Sequence[Move], by: Principal, now: datetime) -> None:
    """``kickoff.hooks.on_moved``, in its transaction: what waits for a line that was moved is due on another day."""
    keys = [move.key for move in moves]
    rows = Instalment.objects.open().filter(opportunity=plan.opportunity_id, milestone__in=keys)
    for row in rows.select_related("milestone", "opportunity"):
        _follow(row, by=by, now=now)


def follow_all(now: datetime) -> int:
    """The tick: lines that were reached earlier or later than planned. Each in a transaction of its own; says how many
    instalments are due on another day."""
    rows = Instalment.objects.counted().open().filter(milestone__isnull=False, milestone__withdrawn_at=None)
    calendar = cache(workdays)
    late = [row.pk for row in rows.select_related("milestone").order_by("id").iterator() if _differs(row, calendar)]
    return sum(_followed(pk, now=now) for pk in late[:AT_ONCE])


def remind_due(now: datetime) -> int:
    """The tick: whoever sees to a deal hears of money that is due soon, and once a week of what is late. Each in a
    transaction of its own; says how many were told."""
    today = timezone.localdate(now)
    rows = Instalment.objects.counted().open().filter(remind_on__lte=today).order_by("remind_on", "id")
    return sum(_reminded(pk, now=now) for pk in list(rows.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _followed(pk: int, *, now: datetime) -> int:
    row = _still_open(pk, Q(milestone__isnull=False))
    return int(row is not None and _follow(row, by=system("payments"), now=now))


@transaction.atomic
def _reminded(pk: int, *, now: datetime) -> int:
    today, by = timezone.localdate(now), system("payments")
    row = _still_open(pk, Q(remind_on__lte=today))
    if row is None or row.due_on is None:
        return 0
    late = (today - row.due_on).days
    row.told_on = today
    row.remind_on = next_reminder(due_on=row.due_on, remind_days=row.remind_days, told_on=today)
    row.save(update_fields=["told_on", "remind_on"])
    tell("reminded", row, by=by, now=now, facts={**said(row), "late": max(late, 0)})
    for told in hooks.on_due:
        told(row, late, by, now)
    return 1


def _still_open(pk: int, more: Q) -> Instalment | None:
    """With its deal locked: somebody may have been quicker."""
    found = Instalment.objects.filter(pk=pk).values_list("opportunity", flat=True).first()
    deal = Opportunity.objects.select_for_update().filter(pk=found or 0).first()
    row = Instalment.objects.counted().open().filter(more, pk=pk).select_related("milestone").first()
    if row is not None and deal is not None:
        row.opportunity = deal
    return row


def _differs(row: Instalment, calendar: Callable[[], Workdays]) -> bool:
    before = row.due_on
    return dated(row, calendar=calendar).due_on != before


def _follow(row: Instalment, *, by: Principal, now: datetime) -> bool:
    before = row.due_on
    if dated(row).due_on == before:
        return False
    row.version += 1
    row.save(update_fields=["due_on", "remind_on", "version"])
    milestone = row.milestone.name if row.milestone else ""
    facts = {**said(row), "milestone": milestone}
    tell("followed", row, by=by, now=now, changes={"due_on": (before, row.due_on)}, facts=facts)
    return True
