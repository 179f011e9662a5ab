from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_customer, a_deal
from tuoke.spine.catalog.models import Product
from tuoke.steps.proposals.offers import actions
from tuoke.steps.proposals.offers.rules import LineDraft, OfferDraft


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, customer=a_customer(company.rep), step="proposals")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def product(db):
    return Product.objects.create(name="数据整合平台", price_low=50_000, price_high=80_000, unit="年")


@pytest.fixture
def offer(deal, by, now):
    terms = OfferDraft(valid_until=date(2026, 12, 31), delivery_days=30)
    return actions.draft_offer(deal=deal, draft=terms, by=by, now=now)


@pytest.fixture
def add(offer, by, now):
    """``add("培训", "2000", quantity="3")``; ``add(product=product)`` from the catalogue."""

    def added(name="", price=None, *, quantity="1", product=None, to=None, **more):
        draft = LineDraft(
            name, Decimal(quantity), price and Decimal(price), product_id=product.pk if product else None, **more
        )
        return actions.add_line(offer=to or offer, draft=draft, by=by, now=now)

    return added
