"""Where on the screens a criterion or an action about interviews is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_interviews(deal: Opportunity) -> str:
    return reverse("interviews:deal", args=[deal.pk])


def to_scenes(deal: Opportunity) -> str:
    return reverse("interviews:scenes", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"dimensions_covered": to_interviews}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "discovery-outline": to_interviews,
    "discovery-scenes": to_scenes,
}
