"""Where on the screens the value is worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_values(deal: Opportunity) -> str:
    return reverse("values:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"value_figures": to_values}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"proposals-value": to_values}
"""By key action of the playbook."""
