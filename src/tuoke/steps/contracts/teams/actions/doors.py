"""What every verb of this room begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity

__all__ = ["contact_of", "held", "is_open", "must", "opened", "tell"]

SECTION = "teams"


def opened(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may work on its project (else Opportunity.DoesNotExist)."""
    return doors.worked_on(deal, by=by, permission=Permission.PROJECT_WRITE)


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The same for what only the deal's own side does: whose time is asked for, who joins."""
    return doors.held(deal, by=by, permission=Permission.PROJECT_WRITE)


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
    changes: Changes | None = None,
) -> None:
    """Into the deal's timeline and the customer's, for those who may read projects."""
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    record(
        kind=f"teams.{kind}", subject=subject, thread=deal, party=party, by=by, at=now, facts=facts, changes=changes,
        section=SECTION,
    )  # fmt: skip
