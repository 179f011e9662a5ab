"""Where on the screens improvements are worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_improvements(deal: Opportunity) -> str:
    return reverse("improvements:deal", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"improvements_carried_out": to_improvements}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"reviews-iterate": to_improvements}
"""By key action of the playbook."""
