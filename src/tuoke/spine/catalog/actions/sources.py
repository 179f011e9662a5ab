"""The tree of lead sources and what they cost (S2.1). A source is never deleted, for leads name it: it is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.actions.permits import fresh, may_write, must, name_free, stored
from tuoke.spine.catalog.models import LeadSource, SourceCost
from tuoke.spine.catalog.rules import DEPTH_LIMIT, CostDraft, lineage, said_yuan, sound_cost, sound_source_name


@transaction.atomic
def add_source(*, name: str, parent: LeadSource | None, by: Principal, now: datetime) -> LeadSource:
    """Add a channel, below another one or at the top.

    Raises Refused: may_not_write, name_taken, too_deep, parent_closed, what ``sound_source_name`` finds.
    """
    must(sound_source_name(name) & may_write(by) & name_free(LeadSource.objects.all(), name) & _may_hold(parent))
    source = LeadSource(name=name.strip(), parent=parent)
    stored(source)
    facts = {"name": source.name, "parent": parent.name if parent else ""}
    record(kind="catalog.source_added", subject=source, thread=source, by=by, at=now, facts=facts)
    return source


@transaction.atomic
def rename_source(*, source: LeadSource, version: int, name: str, by: Principal, now: datetime) -> LeadSource:
    """Give it another name; its leads follow. Raises Conflict, or Refused: may_not_write, name_taken, name_missing …"""
    current = LeadSource.objects.select_for_update().get(pk=source.pk)
    fresh(current, version)
    must(sound_source_name(name) & may_write(by) & name_free(LeadSource.objects.all(), name, apart_from=current))
    before, current.name = current.name, name.strip()
    if before == current.name:
        return current
    current.version += 1
    stored(current)
    record(
        kind="catalog.source_renamed", subject=current, thread=current, by=by, at=now,
        changes={"name": (before, current.name)},
    )  # fmt: skip
    return current


def close_source(*, source: LeadSource, by: Principal, now: datetime) -> LeadSource:
    """Offer it, and what lies below it, no longer for new leads; leads keep it. Raises Refused: may_not_write."""
    return _switch(source, active=False, kind="catalog.source_closed", by=by, now=now)


def reopen_source(*, source: LeadSource, by: Principal, now: datetime) -> LeadSource:
    """Offer it again. Raises Refused: may_not_write."""
    return _switch(source, active=True, kind="catalog.source_reopened", by=by, now=now)


@transaction.atomic
def enter_cost(*, draft: CostDraft, by: Principal, now: datetime) -> SourceCost:
    """Note what was paid. Raises Refused: may_not_write, source_unknown, cost_twice, what ``sound_cost`` finds."""
    _hold(draft.source_id)
    must(_may_stand(draft, by=by))
    cost = SourceCost.objects.create(**_columns(draft))
    changes = {name: (None, value) for name, value in _said(cost).items() if value}
    record(kind="catalog.cost_entered", subject=cost, thread=cost.source, by=by, at=now, changes=changes)
    return cost


@transaction.atomic
def change_cost(*, cost: SourceCost, version: int, draft: CostDraft, by: Principal, now: datetime) -> SourceCost:
    """Correct it; nothing changed: nothing is saved. Raises Conflict, or Refused as ``enter_cost``, cost_voided."""
    _hold(draft.source_id)
    current = _locked(cost)
    fresh(current, version)
    must(_may_stand(draft, by=by, apart_from=current) & (no("cost_voided") if current.voided_at else YES))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    changes = changes_between(before=before, after=_said(current))
    if changes:
        current.version += 1
        current.save()
        record(kind="catalog.cost_changed", subject=current, thread=current.source, by=by, at=now, changes=changes)
    return current


def void_cost(*, cost: SourceCost, by: Principal, now: datetime) -> SourceCost:
    """It counts no longer. Raises Refused: may_not_write."""
    return _mark(cost, voided_at=now, kind="catalog.cost_voided", by=by, now=now)


def restore_cost(*, cost: SourceCost, by: Principal, now: datetime) -> SourceCost:
    """It counts again. Raises Refused: may_not_write."""
    return _mark(cost, voided_at=None, kind="catalog.cost_restored", by=by, now=now)


@transaction.atomic
def _switch(source: LeadSource, *, active: bool, kind: str, by: Principal, now: datetime) -> LeadSource:
    must(may_write(by))
    current = LeadSource.objects.select_for_update().get(pk=source.pk)
    if current.active != active:
        current.active, current.version = active, current.version + 1
        current.save(update_fields=["active", "version"])
        record(kind=kind, subject=current, thread=current, by=by, at=now, facts={"name": current.name})
    return current


@transaction.atomic
def _mark(cost: SourceCost, *, voided_at: datetime | None, kind: str, by: Principal, now: datetime) -> SourceCost:
    must(may_write(by))
    current = _locked(cost)
    if (current.voided_at is None) != (voided_at is None):
        current.voided_at, current.version = voided_at, current.version + 1
        current.save(update_fields=["voided_at", "version"])
        record(kind=kind, subject=current, thread=current.source, by=by, at=now, facts=_said(current))
    return current


def _hold(source: int) -> None:
    """Two who enter costs of one source take turns, so that the second finds what the first has stored."""
    list(LeadSource.objects.select_for_update().filter(pk=source).values_list("pk"))


def _locked(cost: SourceCost) -> SourceCost:
    return SourceCost.objects.select_related("source").select_for_update(of=("self",)).get(pk=cost.pk)


def _may_stand(draft: CostDraft, *, by: Principal, apart_from: SourceCost | None = None) -> Verdict:
    verdict = sound_cost(draft) & may_write(by)
    if not LeadSource.objects.filter(pk=draft.source_id).exists():
        verdict &= no("source_unknown", field="source")
    twins = SourceCost.objects.listed().filter(**_columns(draft))
    if verdict and (twins.exclude(pk=apart_from.pk) if apart_from else twins).exists():
        verdict &= no("cost_twice", field="amount")
    return verdict


def _may_hold(parent: LeadSource | None) -> Verdict:
    if parent is None:
        return YES
    parents = dict(LeadSource.objects.values_list("pk", "parent_id"))
    above = lineage(parent.pk, parents)
    verdict = no("too_deep", field="name", limit=DEPTH_LIMIT) if len(above) >= DEPTH_LIMIT else YES
    if LeadSource.objects.filter(pk__in=above, active=False).exists():
        verdict &= no("parent_closed", field="name")
    return verdict


def _columns(draft: CostDraft) -> dict[str, Any]:
    return {
        "source_id": draft.source_id,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "amount": draft.amount,
        "note": draft.note.strip(),
    }


def _said(cost: SourceCost) -> dict[str, Any]:
    return {
        "source": LeadSource.objects.get(pk=cost.source_id).name,
        "starts_on": cost.starts_on,
        "ends_on": cost.ends_on,
        "amount": said_yuan(cost.amount),
        "note": cost.note,
    }
