"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.doors import must, worked_on
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome

__all__ = ["contact_of", "held", "is_visited", "must", "tell"]


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    return worked_on(deal, by=by, permission=Permission.REVIEW_WRITE)


def is_visited(deal: Opportunity) -> Verdict:
    """A customer is visited once he has signed or chosen somebody else."""
    return YES if deal.outcome in (Outcome.WON, Outcome.LOST) else no("deal_still_open")


def contact_of(contact_id: int | None, deal: Opportunity) -> tuple[Contact | None, Verdict]:
    """Somebody of the deal's customer; contact_elsewhere. Nobody at all is no fault here."""
    if contact_id is None:
        return None, YES
    found = Contact.objects.filter(pk=contact_id, customer_id=deal.customer_id).first()
    return found, YES if found else no("contact_elsewhere", field="contact")


def tell(
    kind: str,
    deal: Opportunity,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Into the deal's timeline and the customer's."""
    party = f"customers.customer:{deal.customer_id}"
    record(
        kind=f"revisits.{kind}", subject=subject, thread=deal, party=party, by=by, at=now, facts=facts, changes=changes
    )
