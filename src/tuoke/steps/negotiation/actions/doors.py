"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.models import Plan, behind_the_door

__all__ = ["held", "held_inside", "is_open", "must", "plan_for", "tell", "tell_inside"]


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write its negotiation (else Opportunity.DoesNotExist)."""
    return doors.held(deal, by=by, permission=Permission.NEGOTIATION_WRITE)


def held_inside(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may set its bottom line (else Opportunity.DoesNotExist)."""
    return behind_the_door(by, "write").select_for_update().get(pk=deal.pk)


def plan_for(deal: Opportunity, *, now: datetime) -> Plan:
    """The plan of a deal that is locked; made with the first thing that is noted."""
    return Plan.objects.get_or_create(opportunity=deal, defaults={"created_at": now, "version": 0})[0]


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
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    record(
        kind=f"negotiation.{kind}",
        subject=subject,
        thread=deal,
        party=party,
        by=by,
        at=now,
        changes=changes,
        facts=facts,
    )


def tell_inside(kind: str, deal: Opportunity, subject: models.Model, *, by: Principal, now: datetime) -> None:
    """Kept, but in no timeline: not what changed, nor that it did. Those inside read the line's own versions."""
    record(kind=f"negotiation.{kind}", subject=subject, thread=deal, by=by, at=now, secret=True)
