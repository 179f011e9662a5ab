"""The list of leads: its parts, its order, what a row shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import QuerySet

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.paging import Sort
from tuoke.steps.leads.rules import TOP


def _score(said: str) -> Decimal:
    value = Decimal(said)
    if not 0 <= value <= TOP:
        raise ValueError(said)
    return value


SORTS: Mapping[str, Sort] = {
    "": Sort("id", is_descending=True),
    "-score": Sort("score", is_descending=True, parse=_score),
    "score": Sort("score", parse=_score),
    "purchase_on": Sort("purchase_on", parse=date.fromisoformat),
    "-purchase_on": Sort("purchase_on", is_descending=True, parse=date.fromisoformat),
}
"""By the name in the address; the usual one is newest first."""


class Corner(StrEnum):
    """Which part of the leads is looked at."""

    MINE = "mine"
    TEAM = "team"
    POOL = "pool"
    ALL = "all"


def corners_of(who: Principal) -> tuple[Corner, ...]:
    """The parts that this person's rights open; the first is where he begins."""
    scope = who.scope_of(Permission.LEAD_READ)
    found = [Corner.MINE] if who.may(Permission.LEAD_WRITE) else []
    if Scope.SELF < scope < Scope.ALL:
        found.append(Corner.TEAM)
    if scope is Scope.ALL:
        found.append(Corner.ALL)
    if who.may(Permission.LEAD_WRITE) or scope is Scope.ALL:
        found.append(Corner.POOL)
    return tuple(found)


def leads_in(corner: Corner, *, who: Principal) -> QuerySet[Lead]:
    seen = Lead.objects.visible_to(who).real()
    match corner:
        case Corner.MINE:
            return seen.filter(owner_id=who.user_id)
        case Corner.TEAM:
            return seen.filter(owner__isnull=False)
        case Corner.POOL:
            return seen.filter(owner=None)
        case Corner.ALL:
            return seen


def for_list(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """What a row of the list shows, in one query."""
    return leads.select_related("owner", "source").defer(
        "search_text", "attributes", "note", "score_detail", "distinct_from"
    )
