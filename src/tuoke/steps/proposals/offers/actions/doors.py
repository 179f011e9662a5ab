"""What every verb of this room begins with: the deal locked, the reasons against it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.services.approvals.actions import close_for
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open, must
from tuoke.steps.proposals.actions.checks import held
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.queries import DISCOUNT

__all__ = ["held", "is_draft", "is_open", "locked", "must", "tell", "touched"]


def locked(offer: Offer, *, by: Principal, version: int | None = None) -> Offer:
    """The offer as it stands; its deal's lock holds for everything in it. Raises Conflict where ``version`` is stale."""
    deal = held(offer.opportunity, by=by)
    current = Offer.objects.get(pk=offer.pk)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


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
