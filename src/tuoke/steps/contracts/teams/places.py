"""Where on the screens the team is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_team(deal: Opportunity) -> str:
    return reverse("teams:page", args=[deal.pk])


def to_sharing(deal: Opportunity) -> str:
    return f"{to_team(deal)}#plan"


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"team_introduced": to_team, "kickoff_shared": to_sharing}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"contracts-handover": to_team}
