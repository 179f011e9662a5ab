"""What the verbs of every room of a deal begin with: the deal locked, the reasons against them said."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome


def held(deal: Opportunity, *, by: Principal, permission: Permission) -> Opportunity:
    """The deal, locked, if ``by`` may write what belongs to it (else Opportunity.DoesNotExist)."""
    if not by.may(permission):
        raise Opportunity.DoesNotExist
    rows = Opportunity.objects.visible_to(by, "write").select_related("customer")
    return rows.select_for_update(of=("self",)).get(pk=deal.pk)


def worked_on(deal: Opportunity, *, by: Principal, permission: Permission) -> Opportunity:
    """As ``held``, for rooms in which several departments work (P4): whoever has joined the deal and may write this room
    writes it too, while his membership lasts. Who only reads the deal writes no room of it."""
    rows = Opportunity.objects.worked_on_by(by, permission).select_related("customer")
    return rows.select_for_update(of=("self",)).get(pk=deal.pk)


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def is_open(deal: Opportunity) -> Verdict:
    """What was known, offered and planned when a deal was given up stays as it was."""
    return no("deal_closed") if deal.is_given_up else YES


def is_running(deal: Opportunity) -> Verdict:
    """Nothing is negotiated any more once a deal is won, lost or void."""
    return is_open(deal) & (no("deal_won") if deal.outcome == Outcome.WON else YES)


ENTERED_LATE = timedelta(days=180)
"""What is signed or paid may be so much older than its deal, which was entered only then; before that the year was mistyped."""


def began_on(deal: Opportunity) -> date:
    """The day on which it was opened, or signed where it was entered here only later."""
    opened = timezone.localdate(deal.created_at)
    return min(opened, deal.outcome_on) if deal.outcome_on else opened


def not_before(first: date, day: date | None, *, field: str) -> Verdict:
    """before_deal: what comes of a deal doesn't come before it; mostly it is the year that was mistyped."""
    return YES if day is None or day >= first else no("before_deal", field=field, first=first.isoformat())


def of_customer(contact_id: int | None, deal: Opportunity) -> Verdict:
    if contact_id is None or Contact.objects.filter(pk=contact_id, customer_id=deal.customer_id).exists():
        return YES
    return no("contact_elsewhere", field="contact")
