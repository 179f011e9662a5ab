"""The lines of a draft. Each change makes a new version of the offer and ends what was asked about its prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.ordering import moved
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.services.exchange.rules import cents
from tuoke.spine.catalog.models import Product
from tuoke.steps.proposals.offers.actions.doors import is_draft, locked, must, tell, touched
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.queries import lines_of
from tuoke.steps.proposals.offers.rules import MOST_LINES, LineDraft, fits, totals


@transaction.atomic
def add_line(*, offer: Offer, draft: LineDraft, by: Principal, now: datetime) -> OfferLine:
    """Behind the others. A product of the catalogue brings its name, unit and list price (the upper end of its band).

    Refused: deal_closed, not_a_draft, too_many_lines, product_unknown, product_unpriced, the draft's faults,
    total_too_big.
    """
    offer = locked(offer, by=by)
    peers = lines_of(offer)
    verdict = is_draft(offer) & draft.faults()
    if len(peers) >= MOST_LINES:
        verdict &= no("too_many_lines", most=MOST_LINES)
    product = _product(draft)
    if draft.product_id and product is None:
        verdict &= no("product_unknown", field="product")
    listed = _list_price(product)
    if product and listed is None and draft.unit_price is None:
        verdict &= no("product_unpriced", field="unit_price")
    must(verdict)
    price = draft.unit_price if draft.unit_price is not None else listed
    assert price is not None, "faults() and product_unpriced have asked"
    line = OfferLine(
        offer=offer,
        product=product,
        name=draft.name.strip() or (product.name if product else ""),
        quantity=cents(draft.quantity),
        unit=draft.unit.strip() or (product.unit if product else ""),
        list_price=listed,
        unit_price=cents(price),
        discount_percent=cents(draft.discount_percent),
        tax_rate=draft.tax_rate,
        note=draft.note.strip(),
        changed_by_id=by.user_id,
        position=max((peer.position for peer in peers), default=0) + 1,
    )
    must(fits(totals((peer.price for peer in (*peers, line)), tax_included=offer.tax_included)))
    line.save()
    touched(offer, why=_("报价行改过了"), by=by, now=now)
    tell("line_added", offer, by=by, now=now, facts=_said(line))
    return line


@transaction.atomic
def edit_line(*, line: OfferLine, version: int, draft: LineDraft, by: Principal, now: datetime) -> OfferLine:
    """Change a line in its place; its product and list price stay. Refused as ``add_line``, and line_removed.

    Raises Conflict where somebody else saved first. Whoever types on saves field by field, faster than the answers
    come: his own last change is no conflict.
    """
    offer, current = _held(line, by=by)
    if current.version != version and (by.user_id is None or current.changed_by_id != by.user_id):
        raise Conflict(current)
    draft = replace(draft, name=draft.name.strip() or current.name)
    must(is_draft(offer) & (no("line_removed") if current.withdrawn_at else YES) & draft.faults())
    after: dict[str, Any] = {
        "name": draft.name,
        "quantity": cents(draft.quantity),
        "unit": draft.unit.strip(),
        "unit_price": current.unit_price if draft.unit_price is None else cents(draft.unit_price),
        "discount_percent": cents(draft.discount_percent),
        "tax_rate": draft.tax_rate,
        "note": draft.note.strip(),
    }
    changes = changes_between(before={name: getattr(current, name) for name in after}, after=after)
    if not changes:
        return current
    for name, value in after.items():
        setattr(current, name, value)
    rest = [peer for peer in lines_of(offer) if peer.pk != current.pk]
    must(fits(totals((peer.price for peer in (*rest, current)), tax_included=offer.tax_included)))
    current.version, current.changed_by_id = current.version + 1, by.user_id
    current.save()
    touched(offer, why=_("报价行改过了"), by=by, now=now)
    tell("line_edited", offer, by=by, now=now, changes=changes, facts={"name": current.name})
    return current


@transaction.atomic
def remove_line(*, line: OfferLine, by: Principal, now: datetime) -> OfferLine:
    """Off the offer; ``restore_line`` brings it back."""
    return _mark(line, withdrawn_at=now, kind="line_removed", by=by, now=now)


@transaction.atomic
def restore_line(*, line: OfferLine, by: Principal, now: datetime) -> OfferLine:
    """Refused: too_many_lines, total_too_big."""
    return _mark(line, withdrawn_at=None, kind="line_restored", by=by, now=now)


@transaction.atomic
def move_line(*, line: OfferLine, to: int, by: Principal, now: datetime) -> int:
    """Let it stand at place ``to`` (from 0). Returns where it stood. The prices are the same: nothing is asked anew."""
    offer, current = _held(line, by=by)
    must(is_draft(offer) & (no("line_removed") if current.withdrawn_at else YES))
    peers = {peer.pk: peer for peer in lines_of(offer)}
    order = list(peers)
    here = order.index(current.pk)
    fresh = moved(order, current.pk, to=to)
    for place, key in enumerate(fresh, start=1):
        peers[key].position = place
    if list(fresh) != order:
        OfferLine.objects.bulk_update(peers.values(), ["position"])
        tell("line_moved", offer, by=by, now=now, facts={"name": current.name, "place": fresh.index(current.pk) + 1})
    return here


def _held(line: OfferLine, *, by: Principal) -> tuple[Offer, OfferLine]:
    offer = locked(line.offer, by=by)
    return offer, OfferLine.objects.select_related("product").get(pk=line.pk)


def _product(draft: LineDraft) -> Product | None:
    return Product.objects.filter(pk=draft.product_id, active=True).first() if draft.product_id else None


def _list_price(product: Product | None) -> Any:
    """What the catalogue asks before anything is taken off."""
    if product is None:
        return None
    return product.price_low if product.price_high is None else product.price_high


def _mark(line: OfferLine, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime) -> OfferLine:
    offer, current = _held(line, by=by)
    must(is_draft(offer))
    if (current.withdrawn_at is None) == (withdrawn_at is None):
        return current
    if withdrawn_at is None:
        must(_has_room(offer, current))
    current.withdrawn_at, current.version, current.changed_by_id = withdrawn_at, current.version + 1, by.user_id
    current.save(update_fields=["withdrawn_at", "version", "changed_by"])
    touched(offer, why=_("报价行改过了"), by=by, now=now)
    tell(kind, offer, by=by, now=now, facts=_said(current))
    return current


def _has_room(offer: Offer, line: OfferLine) -> Verdict:
    peers = lines_of(offer)
    verdict = no("too_many_lines", most=MOST_LINES) if len(peers) >= MOST_LINES else YES
    return verdict & fits(totals((peer.price for peer in (*peers, line)), tax_included=offer.tax_included))


def _said(line: OfferLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "discount_percent": line.discount_percent,
    }
