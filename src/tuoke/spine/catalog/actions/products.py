"""Products and what they fit. Nothing is deleted: what isn't sold any more is closed and can be opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.actions.permits import fresh, may_write, must, name_free, stored
from tuoke.spine.catalog.models import Product
from tuoke.spine.catalog.rules import Offer, ProductDraft, said_amounts, said_counts, sound_offer, sound_product


@transaction.atomic
def offer_product(*, offer: Offer, by: Principal, now: datetime) -> Product:
    """Put a product into the catalogue, or give the one of this name a new band. Raises Refused: may_not_write, sound_offer's."""
    must(sound_offer(offer) & may_write(by))
    said = {"price_low": offer.price_low, "price_high": offer.price_high, "custom_quote": offer.custom_quote}
    name = offer.name.strip()
    product = Product.objects.select_for_update().filter(name=name).first()
    before = {key: getattr(product, key) if product else None for key in said}
    if product is not None and before == said:
        return product
    product = product or Product(name=name)
    for key, value in said.items():
        setattr(product, key, value)
    product.version += product.pk is not None
    product.save()
    record(
        kind="catalog.product_offered", subject=product, thread=product, by=by, at=now,
        changes=changes_between(before=before, after=said), facts={"name": name},
    )  # fmt: skip
    return product


@transaction.atomic
def create_product(*, draft: ProductDraft, by: Principal, now: datetime) -> Product:
    """Put a product into the catalogue. Raises Refused: may_not_write, name_taken, what ``sound_product`` finds."""
    must(sound_product(draft) & may_write(by) & name_free(Product.objects.all(), draft.name))
    product = Product(**_columns(draft))
    stored(product)
    changes = {name: (None, value) for name, value in _said(product).items() if value not in ("", False)}
    record(kind="catalog.product_created", subject=product, thread=product, by=by, at=now, changes=changes)
    return product


@transaction.atomic
def change_product(*, product: Product, version: int, draft: ProductDraft, by: Principal, now: datetime) -> Product:
    """Change what it says; nothing changed: nothing is saved. Raises Conflict, or Refused as ``create_product``."""
    current = Product.objects.select_for_update().get(pk=product.pk)
    fresh(current, version)
    must(sound_product(draft) & may_write(by) & name_free(Product.objects.all(), draft.name, apart_from=current))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    changes = changes_between(before=before, after=_said(current))
    if changes:
        current.version += 1
        stored(current)
        record(kind="catalog.product_changed", subject=current, thread=current, by=by, at=now, changes=changes)
    return current


def close_product(*, product: Product, by: Principal, now: datetime) -> Product:
    """Sell it no longer: it isn't offered for new plans and deals; what names it stays. Raises Refused: may_not_write."""
    return _switch(product, active=False, kind="catalog.product_closed", by=by, now=now)


def reopen_product(*, product: Product, by: Principal, now: datetime) -> Product:
    """Sell it again. Raises Refused: may_not_write."""
    return _switch(product, active=True, kind="catalog.product_reopened", by=by, now=now)


@transaction.atomic
def _switch(product: Product, *, active: bool, kind: str, by: Principal, now: datetime) -> Product:
    must(may_write(by))
    current = Product.objects.select_for_update().get(pk=product.pk)
    if current.active != active:
        current.active, current.version = active, current.version + 1
        current.save(update_fields=["active", "version"])
        record(kind=kind, subject=current, thread=current, by=by, at=now)
    return current


def _columns(draft: ProductDraft) -> dict[str, Any]:
    fits = draft.fits
    return {
        "name": draft.name.strip(),
        "price_low": draft.price.low,
        "price_high": draft.price.high,
        "unit": draft.unit.strip(),
        "custom_quote": draft.custom_quote,
        "industries": list(fits.industries),
        "staff_low": fits.staff.low,
        "staff_high": fits.staff.high,
        "revenue_low": fits.revenue.low,
        "revenue_high": fits.revenue.high,
        "pains": [{"pain": row.pain.strip(), "help": row.help.strip()} for row in fits.pains],
        "note": draft.note.strip(),
    }


def _said(product: Product) -> dict[str, Any]:
    """As the history keeps it: readable lines."""
    fits = product.fits
    return {
        "name": product.name,
        "price": said_amounts(product.price),
        "unit": product.unit,
        "custom_quote": product.custom_quote,
        "industries": "、".join(fits.industries),
        "staff": said_counts(fits.staff),
        "revenue": said_amounts(fits.revenue),
        "pains": "；".join(f"{row.pain}（{row.help}）" if row.help else row.pain for row in fits.pains),
        "note": product.note,
    }
