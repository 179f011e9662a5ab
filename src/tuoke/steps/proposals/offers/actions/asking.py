"""A price beyond one's own limit is agreed to by a manager (approvals kind ``discount``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import managers_above, principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.queries import is_manager_of
from tuoke.steps.proposals.offers.actions.doors import is_draft, locked, must, tell
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.queries import DISCOUNT, lines_of, unapproved_in
from tuoke.steps.proposals.offers.rules import allowed, line_total, seal, totals

OPEN_FOR = timedelta(days=7)


@transaction.atomic
def ask_discount(*, offer: Offer, reason: str, by: Principal, now: datetime) -> Request:
    """Ask the managers above the deal's department who may give as much. Refused: nothing_to_ask, nobody_to_ask,
    not_a_draft, deal_closed, already_asked, reason_missing."""
    offer = locked(offer, by=by)
    lines = lines_of(offer)
    unapproved = unapproved_in(offer, lines, who=by, request=latest(DISCOUNT, offer))
    must(is_draft(offer) & (no("nothing_to_ask") if unapproved else YES))
    sums = totals((line.price for line in lines), tax_included=offer.tax_included)
    people = _deciders(offer, by=by, percent=sums.discount_percent)
    must(YES if people else no("nobody_to_ask"))
    asked = [line.asked for line in lines]
    facts = {
        "seal": seal(asked, tax_included=offer.tax_included),
        "percent": str(sums.discount_percent),
        "list": str(sums.list),
        "discount": str(sums.discount),
        "gross": str(sums.gross),
        "tax_included": offer.tax_included,
        "why": [{"code": reason.code, **reason.params} for reason in unapproved.reasons],
        "lines": [_line(offer, line) for line in lines],
    }
    deal = offer.opportunity
    request = approvals.ask(
        kind=DISCOUNT,
        subject=offer,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        label=f"{deal.name} · {offer.number}"[:160],
        approver_ids=[user.pk for user in people],
        reason=reason,
        facts=facts,
        expires_at=now + OPEN_FOR,
        by=by,
        now=now,
    )
    tell("discount_asked", offer, by=by, now=now, facts={"percent": facts["percent"]})
    return request


def may_decide(who: Principal, request: Request) -> bool:
    """A manager of the deal who may give as much himself."""
    offer = offer_of(request)
    if offer is None or not is_manager_of(who, offer.opportunity):
        return False
    return allowed(who.roles) >= _percent(request)


def may_receive(user: User, request: Request) -> bool:
    return may_decide(principal_of(user), request)


def on_decided(request: Request, by: Principal, now: datetime) -> None:
    """What was agreed to holds as long as the prices are the same; nothing is issued by itself. Refused: prices_changed,
    not_a_draft."""
    offer = offer_of(request)
    if offer is None or not request.is_approved:
        return
    asked = [line.asked for line in lines_of(offer)]
    must(YES if offer.is_draft else no("not_a_draft"))
    must(YES if seal(asked, tax_included=offer.tax_included) == request.facts.get("seal") else no("prices_changed"))


def offer_of(request: Request) -> Offer | None:
    label, _, key = request.subject.partition(":")
    if label != Offer._meta.label_lower or not key.isdecimal():
        return None
    return Offer.objects.select_related("opportunity").filter(pk=int(key)).first()


def _deciders(offer: Offer, *, by: Principal, percent: Decimal) -> list[User]:
    deal = offer.opportunity
    asker = User.objects.filter(pk=by.user_id or 0).first()
    if asker is None:
        return []
    above = managers_above(asker, department_id=deal.department_id)
    return [user for user in above if allowed(principal_of(user).roles) >= percent]


def _percent(request: Request) -> Decimal:
    try:
        return Decimal(str(request.facts.get("percent", "0")))
    except InvalidOperation:
        return Decimal(0)


def _line(offer: Offer, line: OfferLine) -> dict[str, Any]:
    """One line as the decision page shows it."""
    sums = line_total(line.price, tax_included=offer.tax_included)
    low = line.product.price_low if line.product else None
    return {
        "name": line.name,
        "quantity": str(line.quantity),
        "unit": line.unit,
        "unit_price": str(line.unit_price),
        "discount_percent": str(line.discount_percent),
        "list_price": None if line.list_price is None else str(line.list_price),
        "amount": str(sums.list - sums.discount),
        "low": None if low is None else str(low),
    }
