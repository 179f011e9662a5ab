"""Where on the screens a criterion about needs is made true."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_needs(deal: Opportunity) -> str:
    return reverse("discovery:needs", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "needs_listed": to_needs,
    "rigid_needs": to_needs,
    "needs_confirmed": to_needs,
}
