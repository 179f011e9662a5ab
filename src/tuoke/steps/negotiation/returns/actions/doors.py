"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.actions.doors import held

__all__ = ["contact_of", "held", "is_open", "must", "tell"]


def contact_of(contact_id: int | None, deal: Opportunity) -> Contact | None:
    return Contact.objects.filter(pk=contact_id or 0, customer_id=deal.customer_id).first()


def tell(
    kind: str,
    deal: Opportunity,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's."""
    party = f"customers.customer:{deal.customer_id}"
    record(kind=f"returns.{kind}", subject=subject, thread=deal, party=party, by=by, at=now, facts=facts)
