"""Reads of offers. Each starts from ``visible_to``, or from a deal or an offer that the caller holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest
from tuoke.services.approvals.rules import State
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.rules import (
    MOST_OFFERS,
    OfferState,
    Totals,
    allowed,
    beyond,
    line_total,
    may_issue,
    seal,
    totals,
)

DISCOUNT = "discount"
"""The kind of approval that a price beyond one's own limit needs."""


def current_offer(deal: Opportunity) -> Offer | None:
    """The issued one: what the customer was, or may be, told. A draft never is."""
    return Offer.objects.filter(opportunity=deal, state=OfferState.ISSUED).first()


def working_offer(deal: Opportunity) -> Offer | None:
    """For our own sums: the current offer, or before there is one the newest draft that asks for something."""
    return current_offer(deal) or _drafts_with_lines(deal).first()


def _drafts_with_lines(deal: Opportunity) -> QuerySet[Offer]:
    with_lines = OfferLine.objects.listed().filter(offer=OuterRef("pk"))
    return Offer.objects.filter(Exists(with_lines), opportunity=deal, state=OfferState.DRAFT)


def lines_of(offer: Offer) -> list[OfferLine]:
    """In order, without those taken off."""
    return list(OfferLine.objects.listed().filter(offer=offer).select_related("product"))


def totals_of(offer: Offer) -> Totals:
    """One query."""
    return totals((line.price for line in lines_of(offer)), tax_included=offer.tax_included)


@dataclass(frozen=True, slots=True)
class Priced:
    """One line with what it comes to."""

    line: OfferLine
    sums: Totals
    is_below_band: bool

    @property
    def amount(self) -> Decimal:
        """In the offer's own terms, with tax or without."""
        return self.sums.list - self.sums.discount


@dataclass(frozen=True, slots=True)
class Sheet:
    """One offer as a screen and a paper show it. ``unapproved``: what ``who`` may not give alone and nobody agreed to."""

    offer: Offer
    lines: list[Priced]
    removed: list[OfferLine]
    totals: Totals
    request: Request | None
    unapproved: Verdict
    may_issue: Verdict

    @property
    def is_approved(self) -> bool:
        return self.request is not None and self.request.state == State.APPROVED and bool(self.unapproved)


def sheet_of(who: Principal, offer: Offer, *, today: date) -> Sheet:
    """Three queries, however many lines."""
    found = list(OfferLine.objects.filter(offer=offer).select_related("product"))
    lines = [line for line in found if line.withdrawn_at is None]
    request = latest(DISCOUNT, offer)
    unapproved = unapproved_in(offer, lines, who=who, request=request)
    asked = [line.asked for line in lines]
    state = OfferState(offer.state)
    return Sheet(
        offer=offer,
        lines=[_priced(offer, line) for line in lines],
        removed=[line for line in found if line.withdrawn_at],
        totals=totals((line.price for line in lines), tax_included=offer.tax_included),
        request=request,
        unapproved=unapproved,
        may_issue=may_issue(
            state=state, lines=asked, valid_until=offer.valid_until, unapproved=unapproved, today=today
        ),
    )


def unapproved_in(offer: Offer, lines: Sequence[OfferLine], *, who: Principal, request: Request | None) -> Verdict:
    """What is beyond the limits of ``who``, unless exactly these prices were agreed to."""
    asked = [line.asked for line in lines]
    verdict = beyond(asked, tax_included=offer.tax_included, limit=allowed(who.roles))
    if request is None or request.state != State.APPROVED:
        return verdict
    is_same = request.facts.get("seal") == seal(asked, tax_included=offer.tax_included)
    return YES if is_same else verdict


def offers_of(who: Principal, deal: Opportunity) -> list[Offer]:
    """Of one deal, the newest first; at most ``MOST_OFFERS``."""
    return list(Offer.objects.visible_to(who).filter(opportunity=deal)[:MOST_OFFERS])


def totals_by_offer(offers: Sequence[Offer]) -> Mapping[int, Totals]:
    """One query for a page of offers."""
    lines: dict[int, list[OfferLine]] = {offer.pk: [] for offer in offers}
    for line in OfferLine.objects.listed().filter(offer__in=offers):
        lines[line.offer_id].append(line)
    return {
        offer.pk: totals((line.price for line in lines[offer.pk]), tax_included=offer.tax_included) for offer in offers
    }


def _priced(offer: Offer, line: OfferLine) -> Priced:
    floor = line.asked.floor
    return Priced(
        line,
        line_total(line.price, tax_included=offer.tax_included),
        floor is not None and line.price.final < floor,
    )
