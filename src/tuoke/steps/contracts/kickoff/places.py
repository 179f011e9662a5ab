"""Where on the screens the kick-off plan is worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_plan(deal: Opportunity) -> str:
    return reverse("kickoff:page", args=[deal.pk])


def to_division(deal: Opportunity) -> str:
    return f"{to_plan(deal)}?view=raci"


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"raci_complete": to_division}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "contracts-handover": to_plan,
    "contracts-raci-table": to_division,
}
"""By key action of the playbook."""
