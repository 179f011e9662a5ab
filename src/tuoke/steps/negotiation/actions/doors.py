"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.negotiation.models import Plan, behind_the_door


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write its negotiation (else Opportunity.DoesNotExist)."""
    if not by.may(Permission.NEGOTIATION_WRITE):
        raise Opportunity.DoesNotExist
    return Opportunity.objects.visible_to(by, "write").select_for_update().get(pk=deal.pk)


def held_inside(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may set its bottom line (else Opportunity.DoesNotExist)."""
    return behind_the_door(by, "write").select_for_update().get(pk=deal.pk)


def plan_for(deal: Opportunity, *, now: datetime) -> Plan:
    """The plan of a deal that is locked; made with the first thing that is noted."""
    return Plan.objects.get_or_create(opportunity=deal, defaults={"created_at": now, "version": 0})[0]


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def is_open(deal: Opportunity) -> Verdict:
    """What was planned when a deal was given up stays as it was."""
    return no("deal_closed") if deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


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
