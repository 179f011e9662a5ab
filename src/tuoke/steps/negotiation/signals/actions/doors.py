"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write its negotiation."""
    if not by.may(Permission.NEGOTIATION_WRITE):
        raise Opportunity.DoesNotExist
    return Opportunity.objects.visible_to(by, "write").select_for_update().get(pk=deal.pk)


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def is_open(deal: Opportunity) -> Verdict:
    return no("deal_closed") if deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


def is_running(deal: Opportunity) -> Verdict:
    """Nobody is asked to sign what is signed."""
    return is_open(deal) & (no("deal_won") if deal.outcome == Outcome.WON else YES)


def party_of(deal: Opportunity) -> str:
    return f"{Customer._meta.label_lower}:{deal.customer_id}"


def tell(
    kind: str, deal: Opportunity, subject: models.Model, *, by: Principal, now: datetime, facts: Mapping[str, Any]
) -> None:
    record(kind=f"signals.{kind}", subject=subject, thread=deal, party=party_of(deal), by=by, at=now, facts=facts)
