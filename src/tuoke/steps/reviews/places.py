"""Where on the screens a review is worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_review(deal: Opportunity) -> str:
    return reverse("reviews:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"review_held": to_review, "review_reported": to_review}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"reviews-meeting": to_review}
"""By key action of the playbook."""
