"""What every verb begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import doors
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import CLOSED
from tuoke.steps.reviews.models import Review


def lead(review: Review, *, by: Principal, version: int | None = None) -> Review:
    """The review, locked with its deal, for whoever answers for the deal."""
    deal = doors.held(review.opportunity, by=by, permission=Permission.REVIEW_WRITE)
    return _current(deal, version=version)


def work_on(review: Review, *, by: Principal) -> Review:
    """The same for everybody who has joined the deal (P4)."""
    return _current(doors.worked_on(review.opportunity, by=by, permission=Permission.REVIEW_WRITE))


def has_ended(deal: Opportunity) -> Verdict:
    """There is nothing to look back on before."""
    return YES if deal.outcome in CLOSED else no("deal_runs")


def tell(
    kind: str,
    review: Review,
    subject: models.Model | None = None,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
    section: str = "reviews",
) -> None:
    """Into the deal's timeline and the customer's."""
    deal = review.opportunity
    record(
        kind=f"reviews.{kind}",
        subject=subject or review,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        changes=changes,
        facts=facts,
        section=section,
    )


def _current(deal: Opportunity, *, version: int | None = None) -> Review:
    current = Review.objects.get(opportunity=deal)
    current.opportunity = deal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current
