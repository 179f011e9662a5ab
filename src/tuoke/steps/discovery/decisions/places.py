"""Where on the screens decision chain, purchase criteria and known facts are worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_map(deal: Opportunity) -> str:
    return reverse("decisions:map", args=[deal.pk])


def to_criteria(deal: Opportunity) -> str:
    return reverse("decisions:criteria", args=[deal.pk])


def to_known(deal: Opportunity) -> str:
    return reverse("decisions:known", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "decision_map_complete": to_map,
    "purchase_criteria": to_criteria,
    "known_facts_reviewed": to_known,
}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "discovery-decision": to_criteria,
    "discovery-map": to_map,
    "discovery-known": to_known,
}
"""By key action of the playbook."""
