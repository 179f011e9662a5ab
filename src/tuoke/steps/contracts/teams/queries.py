"""Reads of teams, bookings and rhythms. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.teams.models import ProjectContact
from tuoke.steps.contracts.teams.rules import MOST_CONTACTS, Side


def contacts_of(deal: Opportunity, *, side: Side | None = None) -> list[ProjectContact]:
    """Who is who in this project, our side first, the main contact of each side before the others. One query."""
    rows = ProjectContact.objects.standing().filter(opportunity=deal).select_related("user__department", "contact")
    return list((rows.filter(side=side) if side else rows).order_by("side", "-is_main", "id")[:MOST_CONTACTS])
