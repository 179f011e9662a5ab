"""Where on the screens the first delivery is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_delivery(deal: Opportunity) -> str:
    return reverse("deliveries:page", args=[deal.pk])


def to_feedback(deal: Opportunity) -> str:
    return f"{to_delivery(deal)}#feedback"


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "first_delivery_accepted": to_delivery,
    "delivery_feedback": to_feedback,
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"contracts-delivery": to_delivery}
