"""Where on the screens a negotiation is planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_plan(deal: Opportunity) -> str:
    return reverse("negotiation:plan", args=[deal.pk])


def to_line(deal: Opportunity) -> str:
    """The card on the plan's page: whoever the door is closed to lands beside a plain sentence."""
    return f"{to_plan(deal)}#bottom-line"


def to_line_page(deal: Opportunity) -> str:
    """Behind the door: 404 for whoever it is closed to."""
    return reverse("negotiation:line", args=[deal.pk])


def to_ladder(deal: Opportunity) -> str:
    return f"{to_plan(deal)}#ladder"


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "bottom_line_set": to_line,
    "concessions_planned": to_ladder,
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"negotiation-prepare": to_plan}
"""By key action of the playbook."""
