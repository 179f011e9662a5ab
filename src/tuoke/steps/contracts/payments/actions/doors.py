"""What the verbs of payments are made of: the deal locked, sums worked out anew, what happened written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.actions import Changes, record
from tuoke.services.calendar.queries import workdays
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import worked_on
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.payments.queries.book import milestone_day
from tuoke.steps.contracts.payments.rules import next_reminder

SECTION = "payments"


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    return worked_on(deal, by=by, permission=Permission.PAYMENT_WRITE)


def locked_instalment(row: Instalment, *, by: Principal, version: int | None = None) -> Instalment:
    deal = held(row.opportunity, by=by)
    current = Instalment.objects.select_related("milestone").get(pk=row.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def locked_receipt(row: Receipt, *, by: Principal) -> Receipt:
    deal = held(row.opportunity, by=by)
    current = Receipt.objects.select_related("instalment").get(pk=row.pk)
    current.opportunity = deal
    return current


def dated(row: Instalment, *, calendar: Callable[[], Workdays] = workdays) -> Instalment:
    """``due_on`` as its milestone stands now, and the day of the next reminder. Not saved."""
    if row.milestone is not None and row.milestone.withdrawn_at is None:
        row.due_on = milestone_day(row, row.milestone, calendar=calendar)
    row.remind_on = next_reminder(due_on=row.due_on, remind_days=row.remind_days, told_on=row.told_on)
    return row


def recount(rows: Iterable[Instalment]) -> None:
    """What has come in for each, and on which day that was all of it. The deal is locked. Two queries for each."""
    for row in rows:
        sums = Receipt.objects.standing().filter(instalment=row).aggregate(whole=Sum("amount"), last=Max("received_on"))
        row.received = sums["whole"] or Decimal(0)
        row.settled_on = sums["last"] if row.received == row.amount else None
        row.save(update_fields=["received", "settled_on"])


def received_for(deal: Opportunity, instalment: Instalment | None) -> Decimal:
    rows = Receipt.objects.standing().filter(opportunity=deal, instalment=instalment)
    return rows.aggregate(whole=Sum("amount"))["whole"] or Decimal(0)


def tell(
    kind: str,
    row: Instalment | Receipt | Opportunity,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's, for those who may read payments."""
    deal = row if isinstance(row, Opportunity) else row.opportunity
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    record(
        kind=f"payments.{kind}", subject=row, thread=deal, party=party, by=by, at=now, changes=changes, facts=facts,
        section=SECTION,
    )  # fmt: skip
