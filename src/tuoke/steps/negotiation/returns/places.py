"""Where on the screens the return is worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_returns(deal: Opportunity) -> str:
    return reverse("returns:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"roi_walked": to_returns}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"negotiation-value": to_returns}
"""By key action of the playbook."""
