"""Competitors. Nothing is deleted: a voided one can be brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.actions.permits import fresh, may_write, must, name_free, stored
from tuoke.spine.catalog.models import Competitor, Product
from tuoke.spine.catalog.queries import draft_of
from tuoke.spine.catalog.rules import CompetitorDraft, said_amounts, sound_competitor


@transaction.atomic
def list_competitor(*, draft: CompetitorDraft, by: Principal, now: datetime) -> Competitor:
    """Enter a competitor. Raises Refused: may_not_write, name_taken, product_unknown, what ``sound_competitor`` finds."""
    must(_sound(draft) & may_write(by) & name_free(Competitor.objects.all(), draft.name))
    competitor = Competitor(**_columns(draft))
    stored(competitor)
    competitor.products.set(draft.product_ids)
    changes = {name: (None, value) for name, value in _said(draft).items() if value}
    record(kind="catalog.competitor_listed", subject=competitor, thread=competitor, by=by, at=now, changes=changes)
    return competitor


@transaction.atomic
def change_competitor(
    *, competitor: Competitor, version: int, draft: CompetitorDraft, by: Principal, now: datetime
) -> Competitor:
    """Change what is known of it; nothing changed: nothing is saved. Raises Conflict, or Refused as ``list_competitor``."""
    current = Competitor.objects.select_for_update().get(pk=competitor.pk)
    fresh(current, version)
    must(_sound(draft) & may_write(by) & name_free(Competitor.objects.all(), draft.name, apart_from=current))
    changes = changes_between(before=_said(draft_of(current)), after=_said(draft))
    if changes:
        for name, value in _columns(draft).items():
            setattr(current, name, value)
        current.version += 1
        stored(current)
        current.products.set(draft.product_ids)
        record(kind="catalog.competitor_changed", subject=current, thread=current, by=by, at=now, changes=changes)
    return current


def void_competitor(*, competitor: Competitor, by: Principal, now: datetime) -> Competitor:
    """Take it off the list; analyses that name it keep their words. Raises Refused: may_not_write."""
    return _mark(competitor, voided_at=now, kind="catalog.competitor_voided", by=by, now=now)


def restore_competitor(*, competitor: Competitor, by: Principal, now: datetime) -> Competitor:
    """Bring it back. Raises Refused: may_not_write."""
    return _mark(competitor, voided_at=None, kind="catalog.competitor_restored", by=by, now=now)


@transaction.atomic
def _mark(competitor: Competitor, *, voided_at: datetime | None, kind: str, by: Principal, now: datetime) -> Competitor:
    must(may_write(by))
    current = Competitor.objects.select_for_update().get(pk=competitor.pk)
    if (current.voided_at is None) != (voided_at is None):
        current.voided_at, current.version = voided_at, current.version + 1
        current.save(update_fields=["voided_at", "version"])
        record(kind=kind, subject=current, thread=current, by=by, at=now)
    return current


def _sound(draft: CompetitorDraft) -> Verdict:
    known = Product.objects.filter(pk__in=draft.product_ids).count() == len(draft.product_ids)
    return sound_competitor(draft) & (YES if known else no("product_unknown", field="products"))


def _columns(draft: CompetitorDraft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "price_low": draft.price.low,
        "price_high": draft.price.high,
        "strengths": list(draft.strengths),
        "weaknesses": list(draft.weaknesses),
        "counters": list(draft.counters),
        "note": draft.note.strip(),
    }


def _said(draft: CompetitorDraft) -> dict[str, Any]:
    """As the history keeps it: readable lines, products by name."""
    products = Product.objects.filter(pk__in=draft.product_ids).values_list("name", flat=True)
    return {
        "name": draft.name.strip(),
        "price": said_amounts(draft.price),
        "strengths": "；".join(draft.strengths),
        "weaknesses": "；".join(draft.weaknesses),
        "counters": "；".join(draft.counters),
        "products": "、".join(products),
        "note": draft.note.strip(),
    }
