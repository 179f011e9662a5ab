"""Reads of offers. Each starts from ``visible_to``, or from a deal or an offer that the caller holds."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.rules import OfferState, Totals, totals


def current_offer(deal: Opportunity) -> Offer | None:
    """The issued one: what the customer was, or may be, told. A draft never is."""
    return Offer.objects.filter(opportunity=deal, state=OfferState.ISSUED).first()


def working_offer(deal: Opportunity) -> Offer | None:
    """For our own sums: the current offer, or the newest draft before there is one."""
    return current_offer(deal) or Offer.objects.filter(opportunity=deal, state=OfferState.DRAFT).first()


def lines_of(offer: Offer) -> list[OfferLine]:
    """In order, without those taken off."""
    return list(OfferLine.objects.listed().filter(offer=offer).select_related("product"))


def totals_of(offer: Offer) -> Totals:
    """One query."""
    return totals((line.price for line in lines_of(offer)), tax_included=offer.tax_included)
