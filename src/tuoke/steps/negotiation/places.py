"""Where on the screens a negotiation is planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import queries


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


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """How far the plan is, for the deal's page: the same words for everybody, whatever the bottom line says."""
    ladder = queries.ladder_of(who, deal)
    if not ladder.listed:
        return RoomState(_("还没有列出让步空间"), tone="warn")
    said = {"planned": ladder.planned, "total": len(ladder.listed)}
    return RoomState(_("让步 %(planned)s / %(total)s 条有交换条件") % said, tone="quiet" if ladder.planned else "warn")
