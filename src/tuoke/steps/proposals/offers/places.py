"""Where on the screens offers are worked on."""

from __future__ import annotations

from django.urls import reverse

from tuoke.services.approvals.models import Request
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers.models import Offer


def to_offers(deal: Opportunity) -> str:
    return reverse("offers:deal", args=[deal.pk])


def to_offer(offer: Offer) -> str:
    return reverse("offers:offer", args=[offer.pk])


def of_request(request: Request) -> str:
    """The offer that an approval is about."""
    key = request.subject.partition(":")[2]
    return reverse("offers:offer", args=[int(key)]) if key.isdecimal() else ""
