"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write what belongs to it (else Opportunity.DoesNotExist)."""
    if not by.may(Permission.NEGOTIATION_WRITE):
        raise Opportunity.DoesNotExist
    return Opportunity.objects.visible_to(by, "write").select_for_update().get(pk=deal.pk)


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def is_open(deal: Opportunity) -> Verdict:
    return no("deal_closed") if deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


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
