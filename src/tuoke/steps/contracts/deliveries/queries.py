"""Reads of the first delivery. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.models import DeliveryItem, Feedback, Issue
from tuoke.steps.contracts.deliveries.rules import How, Progress, progress_of

MOST_ON_TODAY = 50


@dataclass(frozen=True, slots=True)
class Score:
    """What the customer himself gave the first delivery, of ten; ``how`` we know it, and who said it."""

    value: int
    comment: str
    name: str
    on: date
    at: datetime
    how: How


def score_of(deal: Opportunity) -> Score | None:
    """The newest word of the customer on the first delivery (1 to 10); None while he has said nothing. One query."""
    found = Feedback.objects.standing().filter(opportunity=deal).order_by("-id").first()
    if found is None:
        return None
    return Score(found.score, found.comment, found.name, found.on, found.at, How(found.how))


def scores_of(deal_ids: Sequence[int]) -> dict[int, int]:
    """The same number for a page of deals. One query."""
    rows = Feedback.objects.standing().filter(opportunity_id__in=deal_ids).order_by("id")
    return dict(rows.values_list("opportunity_id", "score"))


def progress_in(deal: Opportunity) -> Progress:
    """How far the first delivery is. One query."""
    return progress_of(DeliveryItem.objects.standing().filter(opportunity=deal).values_list("state", flat=True))


def open_issues_of(who: Principal) -> list[Issue]:
    """Issues that ``who`` is to solve or see through, the most urgent first; at most MOST_ON_TODAY. One query."""
    if who.user_id is None:
        return []
    mine = Issue.objects.visible_to(who).unclosed().filter(owner_id=who.user_id)
    return list(mine.select_related("opportunity__customer", "item").order_by("due_on", "id")[:MOST_ON_TODAY])


def open_issues_in(deal_ids: Sequence[int]) -> dict[int, int]:
    """Deal → how many of its issues aren't closed; deals without any are left out. One query."""
    rows = Issue.objects.unclosed().filter(opportunity_id__in=deal_ids).order_by()
    return dict(rows.values_list("opportunity_id").annotate(count=Count("pk")))
