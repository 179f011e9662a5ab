"""What every verb of this room begins and ends with: the deal locked, the reasons said, the history written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import is_open, must, of_customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.models import DeliveryItem, Issue

__all__ = ["contact_of", "fresh_issue", "fresh_item", "is_open", "must", "of_customer", "opened", "stored", "tell"]

SECTION = "deliveries"
Edited = TypeVar("Edited", DeliveryItem, Issue)


def opened(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may work on its project (else Opportunity.DoesNotExist)."""
    return doors.worked_on(deal, by=by, permission=Permission.PROJECT_WRITE)


def fresh_item(item: DeliveryItem, *, by: Principal, version: int | None = None) -> DeliveryItem:
    """The item as it is now, its deal locked. Raises Conflict where somebody saved since ``version``."""
    deal = opened(item.opportunity, by=by)
    current = DeliveryItem.objects.select_related("milestone").get(pk=item.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def fresh_issue(issue: Issue, *, by: Principal, version: int | None = None) -> Issue:
    deal = opened(issue.opportunity, by=by)
    current = Issue.objects.select_related("owner", "item").get(pk=issue.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def contact_of(contact_id: int | None, deal: Opportunity) -> Contact | None:
    return Contact.objects.filter(pk=contact_id or 0, customer_id=deal.customer_id).first()


def stored(row: Edited, **values: Any) -> Edited:
    """Saved with the next version."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return row


def tell(
    kind: str,
    deal: Opportunity,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    changes: Changes | None = None,
) -> None:
    """Into the deal's timeline and the customer's, for those who may read projects."""
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    record(
        kind=f"deliveries.{kind}",
        subject=subject,
        thread=deal,
        party=party,
        by=by,
        at=now,
        facts=facts,
        changes=changes,
        section=SECTION,
    )
