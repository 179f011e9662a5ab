"""Closed deals: imported ones by the hundred, our own through the front door."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.rules import Market, Segment
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.targeting.models import PastDeal

DAY = date(2025, 6, 1)


def past(won: int, lost: int, **said: Any) -> None:
    """So many imported deals that say the same; won ones took 30 days and brought 100,000 yuan."""
    start = PastDeal.objects.count()
    PastDeal.objects.bulk_create(
        PastDeal(
            digest=f"{start + i}",
            outcome="won" if i < won else "lost",
            amount=Decimal(100_000) if i < won else None,
            created_on=DAY - timedelta(days=30),
            closed_on=DAY,
            **said,
        )
        for i in range(won + lost)
    )


def own(
    *, owner: User, by: Principal, now: datetime, name: str = "甲有限公司", lead: Lead | None = None, **said: Any
) -> Opportunity:
    """A deal of ours, lost today; ``said`` is about the customer."""
    customer = Customer.objects.create(
        name=name, name_key=name.removesuffix("有限公司"), owner=owner, department=owner.department, created_at=now,
        market=said.pop("market", "tob"), **said,
    )  # fmt: skip
    deal = deals.open_deal(
        customer=customer, lead=lead, name=f"{name} 一期", owner=owner, amount=Decimal(100_000), expected_close_on=None,
        product=None, segment=Segment(market=Market(customer.market)), is_complex=False, by=by, now=now,
    )  # fmt: skip
    return deals.close_lost(deal=deal, reason="价格", by=by, now=now) or Opportunity.objects.get(pk=deal.pk)


def won(deal: Opportunity, *, amount: int, days: int) -> None:
    """The same deal as if it had been won; the way through all eight steps is told elsewhere."""
    Opportunity.objects.filter(pk=deal.pk).update(
        outcome="won", amount=Decimal(amount), created_at=deal.created_at - timedelta(days=days)
    )
