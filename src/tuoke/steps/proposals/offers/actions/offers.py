"""Offers from draft to issued, superseded or withdrawn, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.base.records.actions import changes_between
from tuoke.services.approvals.actions import close_for
from tuoke.services.approvals.queries import latest
from tuoke.spine.deals.actions import edit_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers.actions.doors import held, is_draft, is_open, locked, must, tell, touched
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.queries import DISCOUNT, current_offer, lines_of, totals_of, unapproved_in
from tuoke.steps.proposals.offers.rules import MOST_OFFERS, OfferDraft, OfferState, may_issue


@transaction.atomic
def draft_offer(
    *, deal: Opportunity, by: Principal, now: datetime, like: Offer | None = None, draft: OfferDraft | None = None
) -> Offer:
    """A new draft; ``like``: with the lines and terms of that offer of the same deal, but without its validity.

    Refused: deal_closed, too_many_offers, offer_elsewhere, the draft's faults.
    """
    deal = held(deal, by=by)
    terms = draft or (_terms_of(like) if like else OfferDraft())
    verdict = is_open(deal) & terms.faults()
    numbers = Offer.objects.filter(opportunity=deal).aggregate(last=Max("number"))
    number = (numbers["last"] or 0) + 1
    if number > MOST_OFFERS:
        verdict &= no("too_many_offers", most=MOST_OFFERS)
    if like and like.opportunity_id != deal.pk:
        verdict &= no("offer_elsewhere")
    must(verdict)
    offer = Offer.objects.create(
        opportunity=deal, number=number, created_at=now, created_by_id=by.user_id, **asdict(terms)
    )
    for line in lines_of(like) if like else ():
        line.pk, line.offer, line.version = None, offer, 1
        line._state.adding = True
        line.save()
    tell("drafted", offer, by=by, now=now, facts={"like": like.number if like else None})
    return offer


@transaction.atomic
def edit_offer(*, offer: Offer, version: int, draft: OfferDraft, by: Principal, now: datetime) -> Offer:
    """Terms of a draft. Raises Conflict; Refused: not_a_draft, deal_closed, the draft's faults."""
    offer = locked(offer, by=by, version=version)
    must(is_draft(offer) & draft.faults())
    after = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(draft).items()}
    changes = changes_between(before={name: getattr(offer, name) for name in after}, after=after)
    if not changes:
        return offer
    for name, value in after.items():
        setattr(offer, name, value)
    offer.save()
    if "tax_included" in changes:
        touched(offer, why=_("价格是否含税改过了"), by=by, now=now)
    else:
        offer.version += 1
        offer.save(update_fields=["version"])
    tell("edited", offer, by=by, now=now, changes=changes)
    return offer


@transaction.atomic
def issue(*, offer: Offer, version: int, by: Principal, now: datetime) -> Offer:
    """Make it the deal's current offer; the one before is superseded. Raises Conflict; Refused: deal_closed and what
    ``rules.may_issue`` finds, prices that no manager agreed to among it."""
    offer = locked(offer, by=by, version=version)
    lines = lines_of(offer)
    unapproved = unapproved_in(offer, lines, who=by, request=latest(DISCOUNT, offer))
    must(
        is_open(offer.opportunity)
        & may_issue(
            state=OfferState(offer.state),
            lines=[line.asked for line in lines],
            valid_until=offer.valid_until,
            unapproved=unapproved,
            today=timezone.localdate(now),
        )
    )
    before = current_offer(offer.opportunity)
    if before:
        _set(before, OfferState.SUPERSEDED, replaced_by=offer)
    _set(offer, OfferState.ISSUED, issued_at=now, issued_by_id=by.user_id)
    close_for(kind=DISCOUNT, subject=offer, why=_("报价已经发出"), by=by, now=now)
    facts = {
        "gross": totals_of(offer).gross,
        "valid_until": offer.valid_until,
        "before": before.number if before else None,
    }
    tell("issued", offer, by=by, now=now, facts=facts)
    return offer


@transaction.atomic
def take_back(*, offer: Offer, by: Principal, now: datetime) -> Offer:
    """Undo of ``issue``: a draft again, and what it superseded is current again. Refused: not_issued, deal_closed."""
    offer = locked(offer, by=by)
    must(is_open(offer.opportunity) & (YES if offer.state == OfferState.ISSUED else no("not_issued")))
    _set(offer, OfferState.DRAFT, issued_at=None, issued_by_id=None)
    before = Offer.objects.filter(replaced_by=offer, state=OfferState.SUPERSEDED).first()
    if before:
        _set(before, OfferState.ISSUED, replaced_by=None)
    tell("taken_back", offer, by=by, now=now, facts={"before": before.number if before else None})
    return offer


@transaction.atomic
def withdraw(*, offer: Offer, by: Principal, now: datetime) -> Offer:
    """It holds no more; ``restore`` brings it back. Refused: already_withdrawn, deal_closed."""
    offer = locked(offer, by=by)
    must(is_open(offer.opportunity) & (no("already_withdrawn") if offer.state == OfferState.WITHDRAWN else YES))
    _set(offer, OfferState.WITHDRAWN, withdrawn_from=offer.state)
    close_for(kind=DISCOUNT, subject=offer, why=_("报价已撤回"), by=by, now=now)
    tell("withdrawn", offer, by=by, now=now)
    return offer


@transaction.atomic
def restore(*, offer: Offer, by: Principal, now: datetime) -> Offer:
    """What it was before; where another was issued meanwhile it is superseded by that one. Refused: not_withdrawn,
    deal_closed."""
    offer = locked(offer, by=by)
    must(is_open(offer.opportunity) & (YES if offer.state == OfferState.WITHDRAWN else no("not_withdrawn")))
    state = OfferState(offer.withdrawn_from)
    other = current_offer(offer.opportunity) if state is OfferState.ISSUED else None
    if other:
        _set(offer, OfferState.SUPERSEDED, replaced_by=other, withdrawn_from="")
    else:
        _set(offer, state, withdrawn_from="")
    tell("restored", offer, by=by, now=now, facts={"state": offer.state})
    return offer


@transaction.atomic
def take_amount(*, offer: Offer, by: Principal, now: datetime) -> Decimal | None:
    """The deal's amount becomes what the customer pays by the current offer. Returns what it was, for ``put_amount``.

    Refused: not_issued, and as ``deals.edit_deal``.
    """
    offer = locked(offer, by=by)
    must(YES if offer.state == OfferState.ISSUED else no("not_issued"))
    before = offer.opportunity.amount
    put_amount(deal=offer.opportunity, amount=totals_of(offer).gross, by=by, now=now)
    return before


@transaction.atomic
def put_amount(*, deal: Opportunity, amount: Decimal | None, by: Principal, now: datetime) -> None:
    """Nothing of the deal but its amount changes."""
    deal = held(deal, by=by)
    edit_deal(
        deal=deal,
        version=deal.version,
        name=deal.name,
        amount=amount,
        expected_close_on=deal.expected_close_on,
        product=deal.product,
        segment=deal.segment,
        is_complex=deal.is_complex,
        note=deal.note,
        budget_low=deal.budget_low,
        budget_high=deal.budget_high,
        by=by,
        now=now,
    )


def _terms_of(offer: Offer) -> OfferDraft:
    """What holds for the next one as well; until when it is valid is said anew."""
    kept = {name: getattr(offer, name) for name in ("title", "tax_included", "delivery_days", "payment_terms", "note")}
    return OfferDraft(**kept)


def _set(offer: Offer, state: OfferState, **values: object) -> None:
    offer.state = state.value
    for name, value in values.items():
        setattr(offer, name, value)
    offer.version += 1
    offer.save()
