"""What a change of a profile would do, shown before it applies (S2.4)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.spine.catalog.models import MARKET_NAMES
from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.models import TIER_NAMES
from tuoke.spine.customers.rules import Tier
from tuoke.steps.targeting import hooks, words
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.rules import (
    Change,
    Dimension,
    Facet,
    ProfileContent,
    bands,
    differences,
    dimensions_filled,
    filled,
)


def impact_of(request: StaffRequest, profile: CustomerProfile, content: ProfileContent) -> dict[str, Any]:
    """For ``targeting/_impact.html``: what the first previewer says; without one only that leads are weighed anew."""
    today = timezone.localdate()
    told = next((ask(profile, content, who=request.principal, today=today) for ask in hooks.previews), None)
    if told is None:
        return {"impact": None}
    return {
        "impact": told,
        "moves": [(tier_name(move.before), tier_name(move.after), move.leads) for move in told.tiers],
        "examples": [(e, tier_name(e.tier_before), tier_name(e.tier_after)) for e in told.examples],
    }


def changes_between(before: ProfileContent, after: ProfileContent) -> list[tuple[Any, Change, str, str]]:
    """For ``targeting/_differences.html``: (field, change, before, after) in words."""
    return [
        (words.FIELDS[change.field], change, words.said(change.before), words.said(change.after))
        for change in differences(before, after)
    ]


def market_change(before: str, after: str) -> list[tuple[Any, str, str]]:
    old, new = (str(MARKET_NAMES[Market(market)]) for market in (before, after))
    return [(words.FIELDS["market"], old, new)] if before != after else []


def content_context(content: ProfileContent, market: str) -> dict[str, Any]:
    """For ``targeting/_content.html``: the five dimensions and how leads are weighed."""
    said = filled(content)
    names = words.facets_of(market)
    return {
        "content": content,
        "market": market,
        "facets": [(facet, names[facet], facet in said) for facet in Facet],
        "dimensions": dimensions_filled(content),
        "weights": [(words.DIMENSIONS[d], content.weights[d]) for d in Dimension],
        "bands": bands(content),
    }


def tier_name(tier: str) -> Any:
    return TIER_NAMES[Tier(tier)] if tier else words.BELOW
