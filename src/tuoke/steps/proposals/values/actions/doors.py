"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import Changes, record
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.actions.checks import held

__all__ = ["held", "is_open", "must", "tell"]


def tell(
    kind: str,
    deal: Opportunity,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's."""
    party = f"customers.customer:{deal.customer_id}"
    record(
        kind=f"values.{kind}", subject=subject, thread=deal, party=party, by=by, at=now, changes=changes, facts=facts
    )
