"""Where on the screens a criterion or an action about the proposal is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_proposal(deal: Opportunity) -> str:
    return reverse("proposals:builder", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "rigid_answered": lambda deal: f"{to_proposal(deal)}#coverage",
    "claims_covered": lambda deal: f"{to_proposal(deal)}#claims",
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"proposals-design": to_proposal}
