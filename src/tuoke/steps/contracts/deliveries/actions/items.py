"""What is delivered: added, changed, handed over, withdrawn and brought back (S7.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals.doors import began_on, not_before
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.actions.doors import fresh_item, is_open, must, opened, stored, tell
from tuoke.steps.contracts.deliveries.models import DeliveryItem
from tuoke.steps.contracts.deliveries.queries import ready_to_deliver, ready_to_edit
from tuoke.steps.contracts.deliveries.rules import LINE_LIMIT, MOST_ITEMS, ItemDraft, ItemState, handed_over_on
from tuoke.steps.contracts.kickoff.models import Milestone

_SAID = ("kind", "title", "criteria", "due_on")


@transaction.atomic
def add_item(*, deal: Opportunity, draft: ItemDraft, by: Principal, now: datetime) -> DeliveryItem:
    """Refused: the draft's faults, milestone_elsewhere, too_many, deal_closed. Raises Opportunity.DoesNotExist."""
    deal = opened(deal, by=by)
    standing = DeliveryItem.objects.standing().filter(opportunity=deal)
    verdict = is_open(deal) & draft.faults() & _of_plan(draft.milestone_id, deal)
    must(verdict & (no("too_many", most=MOST_ITEMS) if standing.count() >= MOST_ITEMS else YES))
    last = DeliveryItem.objects.filter(opportunity=deal).aggregate(last=Max("position"))["last"] or 0
    item = DeliveryItem.objects.create(
        opportunity=deal, position=last + 1, created_at=now, created_by_id=by.user_id, **_values(draft)
    )
    tell("item_added", deal, item, by=by, now=now, facts=said_of(item))
    return item


@transaction.atomic
def edit_item(*, item: DeliveryItem, version: int, draft: ItemDraft, by: Principal, now: datetime) -> DeliveryItem:
    """What the customer has accepted stays as he accepted it; other words of what waits for him are asked for anew by
    their seal. Raises Conflict; Refused: already_accepted, item_withdrawn …"""
    current = fresh_item(item, by=by, version=version)
    must(ready_to_edit(current) & draft.faults() & _of_plan(draft.milestone_id, current.opportunity))
    before = {name: getattr(current, name) for name in _SAID}
    stored(current, **_values(draft))
    if changes := changes_between(before=before, after={name: getattr(current, name) for name in _SAID}):
        tell("item_edited", current.opportunity, current, by=by, now=now, facts=said_of(current), changes=changes)
    return current


@transaction.atomic
def deliver(*, item: DeliveryItem, on: date, note: str, by: Principal, now: datetime) -> DeliveryItem:
    """Handed over on that day: the customer's word is awaited. Refused: already_accepted, already_delivered,
    day_in_future, day_odd, before_deal, item_withdrawn, deal_closed, too_long."""
    current = fresh_item(item, by=by)
    verdict = ready_to_deliver(current) & handed_over_on(on, today=timezone.localdate(now))
    verdict &= not_before(began_on(current.opportunity), on, field="on")
    must(verdict & text_fault(note, field="note", limit=LINE_LIMIT))
    stored(current, state=ItemState.DELIVERED.value, delivered_on=on, delivered_note=note.strip())
    tell("delivered", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def undeliver(*, item: DeliveryItem, by: Principal, now: datetime) -> DeliveryItem:
    """Pressed by mistake: it is open again. Refused: not_delivered, deal_closed."""
    current = fresh_item(item, by=by)
    must(is_open(current.opportunity) & (YES if current.state == ItemState.DELIVERED else no("not_delivered")))
    stored(current, state=ItemState.OPEN.value, delivered_on=None, delivered_note="")
    tell("undelivered", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def withdraw_item(*, item: DeliveryItem, by: Principal, now: datetime) -> DeliveryItem:
    """It isn't part of the delivery any more. Refused: already_accepted, item_withdrawn, deal_closed."""
    current = fresh_item(item, by=by)
    must(ready_to_edit(current))
    stored(current, withdrawn_at=now)
    tell("item_withdrawn", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def restore_item(*, item: DeliveryItem, by: Principal, now: datetime) -> DeliveryItem:
    """Refused: not_withdrawn, too_many, deal_closed."""
    current = fresh_item(item, by=by)
    count = DeliveryItem.objects.standing().filter(opportunity=current.opportunity).count()
    verdict = is_open(current.opportunity) & (YES if current.withdrawn_at else no("not_withdrawn"))
    must(verdict & (no("too_many", most=MOST_ITEMS) if count >= MOST_ITEMS else YES))
    stored(current, withdrawn_at=None)
    tell("item_restored", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def move_item(*, item: DeliveryItem, by_places: int, by: Principal, now: datetime) -> None:
    """Earlier (-1) or later (+1) in the list; beyond an end nothing happens. Refused: deal_closed."""
    current = fresh_item(item, by=by)
    must(is_open(current.opportunity))
    rows = list(DeliveryItem.objects.standing().filter(opportunity=current.opportunity))
    at = next((place for place, row in enumerate(rows) if row.pk == current.pk), None)
    to = None if at is None else at + by_places
    if at is None or to is None or not 0 <= to < len(rows):
        return
    rows.insert(to, rows.pop(at))
    for position, row in enumerate(rows, 1):
        row.position = position
    DeliveryItem.objects.bulk_update(rows, ["position"])
    tell("items_ordered", current.opportunity, current, by=by, now=now, facts={"order": [row.title for row in rows]})


def said_of(item: DeliveryItem) -> dict[str, Any]:
    """What the history says of it, also when it is gone."""
    return {
        "item": item.title, "kind": item.kind, "due_on": item.due_on, "delivered_on": item.delivered_on,
        "note": item.delivered_note,
    }  # fmt: skip


def _values(draft: ItemDraft) -> dict[str, Any]:
    return {
        "kind": draft.kind.value,
        "title": draft.title.strip(),
        "criteria": list(draft.criteria),
        "due_on": draft.due_on,
        "milestone_id": draft.milestone_id,
    }


def _of_plan(milestone_id: int | None, deal: Opportunity) -> Verdict:
    if milestone_id is None:
        return YES
    found = Milestone.objects.standing().filter(pk=milestone_id, plan__opportunity=deal)
    return YES if found.exists() else no("milestone_elsewhere", field="milestone")
