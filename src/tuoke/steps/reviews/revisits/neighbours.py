"""What revisits learn from the rooms of step 7, for ``hooks``: scores of deliveries, open issues, late payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.contracts.deliveries.models import Feedback, Issue
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.reviews.revisits.hooks import Debt
from tuoke.steps.reviews.revisits.queries.satisfaction import Score, Source

MOST_DEBTS = 2000


def scores_of_deliveries(deals: Collection[int]) -> list[Score]:
    """What customers gave when they accepted. One query."""
    found = Feedback.objects.standing().filter(opportunity__in=deals).order_by("id")
    return [
        Score(
            said.opportunity_id, said.on, Decimal(said.score), Source.DELIVERY, said.name, said.comment,
            reverse("deliveries:page", args=[said.opportunity_id]),
        )
        for said in found
    ]  # fmt: skip


def open_issues(who: Principal, today: date) -> Mapping[int, Debt]:
    """Issues of won deals that aren't closed: how many, and the days since the oldest was found. One query."""
    seen = Opportunity.objects.visible_to(who).filter(outcome=Outcome.WON)
    rows = Issue.objects.unclosed().filter(opportunity__in=seen).order_by().values_list("opportunity_id")
    found = rows.annotate(count=Count("pk"), oldest=Min("created_at")).order_by("oldest")[:MOST_DEBTS]
    return {deal: Debt((today - timezone.localdate(oldest)).days, count) for deal, count, oldest in found}


def late_payments(who: Principal, today: date) -> Mapping[int, Debt]:
    """Won deals with an overdue instalment, for those who read payments: for how many days, never how much. One query."""
    rows = Instalment.objects.visible_to(who).overdue(today).filter(opportunity__outcome=Outcome.WON).order_by()
    found = rows.values_list("opportunity_id").annotate(first=Min("due_on")).order_by("first")[:MOST_DEBTS]
    return {deal: Debt((today - first).days) for deal, first in found}
