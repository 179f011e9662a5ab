"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open, is_running, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.actions.doors import held

__all__ = ["held", "is_open", "is_running", "must", "party_of", "tell"]


def party_of(deal: Opportunity) -> str:
    return f"{Customer._meta.label_lower}:{deal.customer_id}"


def tell(
    kind: str, deal: Opportunity, subject: models.Model, *, by: Principal, now: datetime, facts: Mapping[str, Any]
) -> None:
    record(kind=f"signals.{kind}", subject=subject, thread=deal, party=party_of(deal), by=by, at=now, facts=facts)
