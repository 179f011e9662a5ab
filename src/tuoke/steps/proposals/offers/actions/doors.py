"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.services.approvals.actions import close_for
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.queries import DISCOUNT


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write what belongs to it (else Opportunity.DoesNotExist)."""
    if not by.may(Permission.PROPOSAL_WRITE):
        raise Opportunity.DoesNotExist
    return Opportunity.objects.visible_to(by, "write").select_for_update().get(pk=deal.pk)


def locked(offer: Offer, *, by: Principal, version: int | None = None) -> Offer:
    """The offer as it stands; its deal's lock holds for everything in it. Raises Conflict where ``version`` is stale."""
    deal = held(offer.opportunity, by=by)
    current = Offer.objects.get(pk=offer.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def is_open(deal: Opportunity) -> Verdict:
    """What was offered when a deal was given up stays as it was."""
    return no("deal_closed") if deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


def is_draft(offer: Offer) -> Verdict:
    return is_open(offer.opportunity) & (YES if offer.is_draft else no("not_a_draft"))


def touched(offer: Offer, *, why: str, by: Principal, now: datetime) -> None:
    """The prices are others now: the offer has a new version, and what was asked for them is no question any more."""
    offer.version += 1
    offer.save(update_fields=["version"])
    close_for(kind=DISCOUNT, subject=offer, why=why, by=by, now=now)


def tell(
    kind: str,
    offer: Offer,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's."""
    deal = offer.opportunity
    record(
        kind=f"offers.{kind}",
        subject=offer,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        changes=changes,
        facts={"number": offer.number, "title": offer.title, **(facts or {})},
    )
