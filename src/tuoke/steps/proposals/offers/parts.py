"""What the offer gives into the proposal: the current one, as JSON that never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.queries import current_offer, lines_of
from tuoke.steps.proposals.offers.rules import line_total, totals


def freeze(deal: Opportunity) -> Mapping[str, Any] | None:
    """None while none is issued. Amounts are text in yuan with two places, as they are printed.

    ``{"number", "title", "valid_until", "issued_on", "tax_included", "delivery_days", "payment_terms", "note",
    "lines": [{"name", "note", "quantity", "unit", "list_price", "unit_price", "discount_percent", "tax_rate",
    "amount"}], "totals": {"list", "net", "discount", "tax", "gross"}}``
    """
    offer = current_offer(deal)
    if offer is None:
        return None
    lines = lines_of(offer)
    sums = totals((line.price for line in lines), tax_included=offer.tax_included)
    return {
        "number": offer.number,
        "title": offer.title,
        "valid_until": offer.valid_until.isoformat() if offer.valid_until else None,
        "issued_on": offer.issued_at.date().isoformat() if offer.issued_at else None,
        "tax_included": offer.tax_included,
        "delivery_days": offer.delivery_days,
        "payment_terms": offer.payment_terms,
        "note": offer.note,
        "lines": [_line(offer, line) for line in lines],
        "totals": {name: _said(amount) for name, amount in asdict(sums).items()},
    }


def _line(offer: Offer, line: OfferLine) -> dict[str, Any]:
    sums = line_total(line.price, tax_included=offer.tax_included)
    return {
        "name": line.name,
        "note": line.note,
        "quantity": f"{line.quantity.normalize():f}",
        "unit": line.unit,
        "list_price": None if line.list_price is None else _said(line.list_price),
        "unit_price": _said(line.unit_price),
        "discount_percent": f"{line.discount_percent.normalize():f}",
        "tax_rate": f"{line.tax_rate.normalize():f}",
        "amount": _said(sums.list - sums.discount),
    }


def _said(amount: Decimal) -> str:
    return f"{amount:.2f}"
