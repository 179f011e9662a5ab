"""Where on the screens customers are visited again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_revisits(deal: Opportunity) -> str:
    return reverse("revisits:deal", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "revisit_planned": to_revisits,
    "satisfaction_known": to_revisits,
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"reviews-relationship": to_revisits}
"""By key action of the playbook."""
