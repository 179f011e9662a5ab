"""Where on the screens clauses are confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_confirmations(deal: Opportunity) -> str:
    return reverse("confirmations:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = dict.fromkeys(
    (
        "clauses_unconfirmed_ours",
        "clauses_unconfirmed_theirs",
        "clause_change_wanted_ours",
        "clause_change_wanted_theirs",
    ),
    to_confirmations,
)
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {}
