"""What lies on the table: the newest offers of both sides, round by round (S6.2)."""

from __future__ import annotations

from collections.abc import Iterable

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.hooks import Asked
from tuoke.steps.negotiation.rounds.models import Position
from tuoke.steps.negotiation.rounds.rules import NOTHING, State, carried
from tuoke.steps.negotiation.rules import Side, Terms
from tuoke.steps.proposals.offers.queries import current_offer, totals_of


def on_the_table(deal: Opportunity) -> tuple[Terms, Terms]:
    """Ours and theirs as they stand after all rounds: what an offer left unsaid, the one before it says. An offer that
    waits counts: who can't see the line mustn't learn from it on which side an offer lies. One query."""
    rows = Position.objects.live().filter(round__opportunity=deal).order_by("round__number")
    return latest_of(rows)


def latest_of(rows: Iterable[Position]) -> tuple[Terms, Terms]:
    found = {Side.OURS: NOTHING, Side.THEIRS: NOTHING}
    for row in rows:
        side = Side(row.side)
        found[side] = carried(found[side], row.terms)
    return found[Side.OURS], found[Side.THEIRS]


def first_terms(deal: Opportunity) -> Terms:
    """With what a negotiation begins: the offer that was issued. Two queries."""
    offer = current_offer(deal)
    if offer is None:
        return NOTHING
    price = totals_of(offer).gross
    return Terms(price or None, offer.delivery_days, offer.payment_terms.strip())


def asked_of(deal: Opportunity) -> Asked | None:
    """``negotiation.hooks.asked``: our newest offer that stands, and names a price."""
    rows = Position.objects.live().filter(round__opportunity=deal, side=Side.OURS.value, state=State.STANDS.value)
    last = rows.exclude(price=None).order_by("-round__number").first()
    if last is None or last.price is None:
        return None
    return Asked(last.price, last.delivery_days)
