"""Lines of the value model: added, edited, put in order, withdrawn and brought back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.ordering import moved
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.values.actions.doors import held, is_open, must, tell
from tuoke.steps.proposals.values.models import ValueItem, ValueModel
from tuoke.steps.proposals.values.rules import MOST_ITEMS, ItemDraft, Measure, circle

PROOF_KINDS = (ItemKind.CASE, ItemKind.EVIDENCE)


@transaction.atomic
def add_item(*, deal: Opportunity, draft: ItemDraft, by: Principal, now: datetime) -> ValueItem:
    """Behind the others. Refused: deal_closed, too_many_items, name_twice, the draft's faults, need_elsewhere …"""
    deal = held(deal, by=by)
    model, _ = ValueModel.objects.get_or_create(opportunity=deal)
    rows = _rows(model)
    peers = _listed(rows)
    verdict = is_open(deal) & draft.faults()
    if len(peers) >= MOST_ITEMS:
        verdict &= no("too_many_items", most=MOST_ITEMS)
    must(verdict & _fits(draft, deal, rows, key=0))
    place = max((peer.position for peer in peers), default=0) + 1
    item = ValueItem(model=model, position=place, created_at=now, created_by_id=by.user_id, **_columns(draft))
    item.save()
    tell("item_added", deal, item, by=by, now=now, facts=_said(item))
    return item


@transaction.atomic
def edit_item(*, item: ValueItem, version: int, draft: ItemDraft, by: Principal, now: datetime) -> ValueItem:
    """Raises Conflict; Refused: item_withdrawn, kind_changed, shares_in_circle(way), and as ``add_item``.

    A measured line stays measured and a share a share.
    """
    deal, current = _locked(item, by=by)
    if current.version != version:
        raise Conflict(current)
    verdict = is_open(deal) & draft.faults() & _stands(current)
    if isinstance(draft.figures, Measure) != (current.share_of_id is None):
        verdict &= no("kind_changed")
    must(verdict & _fits(draft, deal, _rows(current.model), key=current.pk))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    if changes := changes_between(before=before, after=_said(current)):
        tell("item_edited", deal, current, by=by, now=now, changes=changes, facts={"name": current.name})
    return current


@transaction.atomic
def move_item(*, item: ValueItem, to: int, by: Principal, now: datetime) -> int:
    """Let it stand at place ``to`` (from 0). Returns where it stood, so that the move can be undone."""
    deal, current = _locked(item, by=by)
    must(is_open(deal) & _stands(current))
    peers = {peer.pk: peer for peer in _listed(_rows(current.model))}
    order = tuple(peers)
    here, fresh = order.index(current.pk), moved(order, current.pk, to=to)
    if fresh == order:
        return here
    for place, key in enumerate(fresh, start=1):
        peers[key].position = place
    ValueItem.objects.bulk_update(peers.values(), ["position"])
    changes = {"place": (here + 1, fresh.index(current.pk) + 1)}
    tell("item_moved", deal, current, by=by, now=now, changes=changes, facts={"name": current.name})
    return here


@transaction.atomic
def withdraw_item(*, item: ValueItem, by: Principal, now: datetime) -> ValueItem:
    """Out of the sum; ``restore_item`` brings it back (O5). Shares of it are worth nothing meanwhile."""
    return _mark(item, withdrawn_at=now, kind="item_withdrawn", by=by, now=now)


@transaction.atomic
def restore_item(*, item: ValueItem, by: Principal, now: datetime) -> ValueItem:
    """Refused: name_twice, too_many_items — what was free when it went may be taken."""
    return _mark(item, withdrawn_at=None, kind="item_restored", by=by, now=now)


def _mark(item: ValueItem, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime) -> ValueItem:
    deal, current = _locked(item, by=by)
    must(is_open(deal))
    if (current.withdrawn_at is None) == (withdrawn_at is None):
        return current
    if withdrawn_at is None:
        must(_has_room(current))
    current.withdrawn_at, current.version = withdrawn_at, current.version + 1
    current.save(update_fields=["withdrawn_at", "version"])
    tell(kind, deal, current, by=by, now=now, facts={"name": current.name})
    return current


# Asking


def _locked(item: ValueItem, *, by: Principal) -> tuple[Opportunity, ValueItem]:
    """The deal's lock is that of its model."""
    deal = held(item.model.opportunity, by=by)
    return deal, ValueItem.objects.select_related("model", "need", "share_of", "proof__item").get(pk=item.pk)


def _rows(model: ValueModel) -> list[ValueItem]:
    """All of them: also a share of what was withdrawn could close a circle when it comes back."""
    return list(model.items.all())


def _listed(rows: list[ValueItem]) -> list[ValueItem]:
    return [row for row in rows if row.withdrawn_at is None]


def _stands(item: ValueItem) -> Verdict:
    return no("item_withdrawn") if item.withdrawn_at else YES


def _has_room(item: ValueItem) -> Verdict:
    peers = _listed(_rows(item.model))
    verdict = no("too_many_items", most=MOST_ITEMS) if len(peers) >= MOST_ITEMS else YES
    return verdict & _named_once(item.name, peers, key=item.pk)


def _fits(draft: ItemDraft, deal: Opportunity, rows: list[ValueItem], *, key: int) -> Verdict:
    """Against what stands there already. ``key`` 0 for a new line."""
    verdict = _named_once(draft.name, _listed(rows), key=key)
    if draft.need_id and not Need.objects.listed().filter(pk=draft.need_id, opportunity=deal).exists():
        verdict &= no("need_elsewhere", field="need")
    if draft.proof_id and not _is_proof(draft.proof_id, rows, key=key):
        verdict &= no("proof_unknown", field="proof")
    return verdict if isinstance(draft.figures, Measure) else verdict & _shareable(draft.figures.of, rows, key=key)


def _named_once(name: str, peers: list[ValueItem], *, key: int) -> Verdict:
    taken = {peer.name.casefold() for peer in peers if peer.pk != key}
    return no("name_twice", field="name") if name.strip().casefold() in taken else YES


def _is_proof(version_id: int, rows: list[ValueItem], *, key: int) -> bool:
    """What it rests on already stays, also when the library has retired it since."""
    if any(row.pk == key and row.proof_id == version_id for row in rows):
        return True
    usable = ItemVersion.objects.filter(item__kind__in=PROOF_KINDS, item__retired_at=None)
    return usable.filter(pk=version_id).exists()


def _shareable(of: int, rows: list[ValueItem], *, key: int) -> Verdict:
    names = {row.pk: row.name for row in rows}
    if of not in names:
        return no("share_elsewhere", field="share_of")
    shares = {row.pk: row.share_of_id for row in rows if row.share_of_id is not None} | {key: of}
    found = circle(shares, start=key) if key else ()
    return no("shares_in_circle", field="share_of", way=tuple(names[one] for one in found)) if found else YES


# Writing


def _columns(draft: ItemDraft) -> dict[str, Any]:
    shared = {
        "name": draft.name.strip(),
        "basis": draft.basis.value,
        "source": draft.source.strip(),
        "need_id": draft.need_id,
        "proof_id": draft.proof_id,
    }
    figures = draft.figures
    if not isinstance(figures, Measure):
        return shared | {"share_of_id": figures.of, "percent": figures.percent}
    return shared | {
        "direction": figures.direction.value,
        "current": figures.current,
        "expected_low": figures.expected.low,
        "expected_likely": figures.expected.likely,
        "expected_high": figures.expected.high,
        "unit": draft.unit.strip(),
        "unit_value": figures.unit_value,
        "times_per_year": figures.times,
    }


def _said(item: ValueItem) -> dict[str, Any]:
    """As the history keeps it: what a reader needs to know what the line said."""
    said = {"name": item.name, "basis": item.basis, "source": item.source}
    if item.share_of_id is not None:
        return said | {"percent": _plain(item.percent)}
    return said | {
        "current": _plain(item.current),
        "low": _plain(item.expected_low),
        "likely": _plain(item.expected_likely),
        "high": _plain(item.expected_high),
        "unit": item.unit,
        "unit_value": _plain(item.unit_value),
        "times": _plain(item.times_per_year),
    }


def _plain(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure.normalize():f}"
