"""Where on the screens objections are worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_objections(deal: Opportunity) -> str:
    return reverse("objections:deal", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"objections_prepared": to_objections}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"proposals-objections": to_objections}
"""By key action of the playbook."""
