"""Where on the screens clauses are confirmed."""

from __future__ import annotations

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity

REASONS = (
    "clauses_unconfirmed_ours", "clauses_unconfirmed_theirs", "clause_change_wanted_ours", "clause_change_wanted_theirs",
)  # fmt: skip


def to_confirmations(deal: Opportunity) -> str:
    return reverse("confirmations:page", args=[deal.pk])
