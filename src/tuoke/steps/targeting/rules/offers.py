"""What a product says of the customers that it fits, offered to a profile value by value (S1.3: product fit first)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tuoke.services.exchange.rules import Span, text_key
from tuoke.spine.catalog.rules import Market, ProductFits
from tuoke.steps.targeting.rules.content import LIST_LIMIT, TEXT_LIMIT, Pain, ProfileContent, says
from tuoke.steps.targeting.rules.phrases import amount_text, count_text


@dataclass(frozen=True, slots=True)
class Offer:
    """One value to take in with one click. ``key`` names it within its product; ``before`` is what it would replace."""

    key: str
    field: str
    text: str
    before: str
    content: ProfileContent


def offers_of(
    content: ProfileContent, *, fits: ProductFits, price: Span[Decimal], custom_quote: bool, market: str
) -> tuple[Offer, ...]:
    """What the product says and the profile doesn't. Prices first: the budget is weighed against them."""
    found = []
    if says(price) and price != content.price:
        found.append(_range("price", "price", content, price))
    if custom_quote and not content.custom_quote:
        found.append(Offer("custom_quote", "custom_quote", "", "", replace(content, custom_quote=True)))
    if market != Market.TOC:
        found += _industries(content, fits)
        if says(fits.staff) and fits.staff != content.staff:
            found.append(_range("staff", "staff", content, fits.staff))
        if says(fits.revenue) and fits.revenue != content.revenue:
            found.append(_range("revenue", "revenue", content, fits.revenue))
    return (*found, *_pains(content, fits))


def _range(key: str, field: str, content: ProfileContent, span: Span[Any]) -> Offer:
    before, said = getattr(content, field), dict[str, Any]({field: span})
    return Offer(key, field, _said(field, span), _said(field, before), replace(content, **said))


def _said(field: str, span: Span[Any]) -> str:
    return count_text(span, "人") if field == "staff" else amount_text(span)


def _industries(content: ProfileContent, fits: ProductFits) -> list[Offer]:
    known = {text_key(name) for name in content.industries}
    new = [name for name in dict.fromkeys(fits.industries) if text_key(name) not in known and len(name) <= TEXT_LIMIT]
    return [
        Offer(f"industry:{name}", "industries", name, "", replace(content, industries=(*content.industries, name)))
        for name in new[: max(0, LIST_LIMIT - len(content.industries))]
    ]


def _pains(content: ProfileContent, fits: ProductFits) -> list[Offer]:
    known = {text_key(pain.text) for pain in content.pains}
    new = [p.pain for p in fits.pains if text_key(p.pain) not in known and len(p.pain) <= TEXT_LIMIT]
    return [
        Offer(f"pain:{text}", "pains", text, "", replace(content, pains=(*content.pains, Pain(text))))
        for text in list(dict.fromkeys(new))[: max(0, LIST_LIMIT - len(content.pains))]
    ]
