"""Where on the screens rounds and agreements are worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_rounds(deal: Opportunity) -> str:
    return reverse("rounds:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"rounds_recorded": to_rounds, "terms_agreed": to_rounds}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {}
"""By key action of the playbook."""
