"""What a campaign says, and a product in its shortest form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tuoke.base.kernel.verdict import Reason, Verdict

NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What a 拓展计划 says: the company goal it serves, for what and whom, from when to when."""

    name: str
    starts_on: date
    ends_on: date
    owner_id: int
    company_goal: str = ""
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with its yearly price band in yuan; an open end is None."""

    name: str
    price_low: Decimal | None = None
    price_high: Decimal | None = None
    custom_quote: bool = False


def sound_plan(plan: CampaignPlan) -> Verdict:
    """Codes, each with its ``field``: name_missing, name_too_long(limit), period_reversed."""
    reasons = name_reasons(plan.name)
    if plan.ends_on < plan.starts_on:
        reasons.append(Reason("period_reversed", {"field": "ends_on"}))
    return Verdict(tuple(reasons))


def sound_offer(offer: Offer) -> Verdict:
    """Codes, each with its ``field``: name_missing, name_too_long(limit), negative, price_reversed."""
    reasons = name_reasons(offer.name)
    if min(offer.price_low or 0, offer.price_high or 0) < 0:
        reasons.append(Reason("negative", {"field": "price_low"}))
    if offer.price_low is not None and offer.price_high is not None and offer.price_low > offer.price_high:
        reasons.append(Reason("price_reversed", {"field": "price_high"}))
    return Verdict(tuple(reasons))


def name_reasons(name: str) -> list[Reason]:
    if not name.strip():
        return [Reason("name_missing", {"field": "name"})]
    return [Reason("name_too_long", {"field": "name", "limit": NAME_LIMIT})] if len(name) > NAME_LIMIT else []
