"""The list of needs: what is written into it, in which order, and what the customer is known to have confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.actions.checks import (
    columns,
    draft_verdict,
    is_listed,
    is_open,
    locked,
    locked_deal,
    may_change,
    refuse,
    save,
    shown,
    tell,
)
from tuoke.steps.discovery.models import Need, NeedQuerySet
from tuoke.steps.discovery.rules import Manner, NeedDraft, Origin, may_be_confirmed


@transaction.atomic
def add_need(*, deal: Opportunity, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    """List a need of a deal that ``by`` may write (else Opportunity.DoesNotExist)."""
    return _add(deal, draft, origin=Origin.OWN, by=by, now=now)


@transaction.atomic
def add_from_answer(*, deal: Opportunity, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    """List a need that an answer in an interview spoke of (S4.1). The caller keeps the link to the answer."""
    return _add(deal, draft, origin=Origin.ANSWER, by=by, now=now)


@transaction.atomic
def edit_need(*, need: Need, version: int, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    """Write a need anew. Other words, kind or priority need the customer's confirmation anew (S4.3), unless a
    day is given on which he confirmed just that."""
    need = locked(need, by=by, version=version)
    refuse(draft_verdict(draft, customer_id=need.customer_id, now=now) & may_change(need) & is_listed(need))
    before = shown(need)
    if draft.contact_id != need.contact_id:
        need.contact_label = need.position_label = ""
    for name, value in columns(_reconfirmed(draft, need)).items():
        setattr(need, name, value)
    save(need)
    need = Need.objects.select_related("contact", "opportunity").get(pk=need.pk)
    if changes := changes_between(before=before, after=shown(need)):
        tell("need_edited", need, by=by, at=now, changes=changes)
    return need


@transaction.atomic
def confirm_need(
    *, need: Need, version: int, on: date, how: Manner = Manner.OTHER, by: Principal, now: datetime
) -> Need:
    """The customer said on that day, in that manner, that this is his need."""
    need = locked(need, by=by, version=version)
    refuse(may_be_confirmed(on, today=timezone.localdate(now)) & may_change(need) & is_listed(need))
    before, need.confirmed_on, need.confirmed_how = need.confirmed_on, on, how.value
    save(need)
    tell("need_confirmed", need, by=by, at=now, changes={"confirmed_on": (before, on)}, how=how.value)
    return need


@transaction.atomic
def withdraw_need(*, need: Need, version: int, by: Principal, now: datetime) -> Need:
    """Take a need off the list, or drop a draft; ``restore_need`` brings it back (O5)."""
    need = locked(need, by=by, version=version)
    refuse(may_change(need))
    need.withdrawn_at = now
    save(need)
    tell("need_withdrawn", need, by=by, at=now, state=need.state)
    return need


@transaction.atomic
def restore_need(*, need: Need, by: Principal, now: datetime) -> Need:
    """Back to where it was: into the list, or among the drafts, also one that was merged into another need."""
    need = locked(need, by=by)
    if need.withdrawn_at is None:
        return need
    refuse(is_open(need.opportunity))
    need.withdrawn_at = need.merged_into = None
    save(need)
    tell("need_restored", need, by=by, at=now, state=need.state)
    return need


@transaction.atomic
def reorder(*, deal: Opportunity, order: Sequence[int], by: Principal, now: datetime) -> None:
    """Put the listed needs into this order; those not named come after, as they stood.

    Refused(order_unknown) where the order names what isn't in the list, or one need twice.
    """
    deal = locked_deal(deal, by=by)
    needs = in_order(Need.objects.listed().filter(opportunity=deal).select_for_update(of=("self",)))
    known = {need.pk: need for need in needs}
    is_known = set(order) <= set(known) and len(set(order)) == len(order)
    refuse((YES if is_known else no("order_unknown")) & is_open(deal))
    before = [need.pk for need in needs]
    after = [*order, *(pk for pk in before if pk not in set(order))]
    if after == before and all(need.position for need in needs):
        return
    put_in_order([known[pk] for pk in after])
    record(
        kind="discovery.needs_reordered",
        subject=deal, thread=deal, party=deal.customer, by=by, at=now,
        facts={"descriptions": [known[pk].description[:80] for pk in after[:5]], "count": len(after)},
    )  # fmt: skip


@transaction.atomic
def order_by_urgency(*, deal: Opportunity, by: Principal, now: datetime) -> None:
    """Forget the order made by hand: kind and priority decide again."""
    deal = locked_deal(deal, by=by)
    refuse(is_open(deal))
    if Need.objects.listed().filter(opportunity=deal).exclude(position=None).update(position=None):
        record(
            kind="discovery.needs_reordered",
            subject=deal, thread=deal, party=deal.customer, by=by, at=now, facts={"by_urgency": True},
        )  # fmt: skip


@transaction.atomic
def adopt_needs(*, deal: Opportunity, by: Principal, now: datetime) -> int:
    """The customer's needs and drafts that no deal has taken up become this deal's. Returns how many."""
    deal = locked_deal(deal, by=by)
    refuse(is_open(deal))
    loose = Need.objects.visible_to(by, "write").filter(
        withdrawn_at=None, customer_id=deal.customer_id, opportunity=None
    )
    needs = list(loose.select_for_update(of=("self",)))
    for need in needs:
        need.opportunity, need.version = deal, need.version + 1
    Need.objects.bulk_update(needs, ["opportunity", "version"])
    if needs:
        record(
            kind="discovery.needs_adopted",
            subject=deal,
            thread=deal,
            party=deal.customer,
            by=by,
            at=now,
            facts={"count": len(needs), "descriptions": [need.description[:80] for need in needs[:10]]},
        )
    return len(needs)


def in_order(needs: NeedQuerySet) -> list[Need]:
    """As the list shows them."""
    return sorted(needs, key=lambda need: need.place)


def put_in_order(needs: Sequence[Need]) -> None:
    for place, need in enumerate(needs, start=1):
        need.position = place
    Need.objects.bulk_update(needs, ["position"])


def _add(deal: Opportunity, draft: NeedDraft, *, origin: Origin, by: Principal, now: datetime) -> Need:
    deal = locked_deal(deal, by=by)
    refuse(draft_verdict(draft, customer_id=deal.customer_id, now=now) & is_open(deal))
    need = Need(customer_id=deal.customer_id, opportunity=deal, origin=origin.value, created_at=now, **columns(draft))
    need.save()
    tell("need_added", need, by=by, at=now, origin=origin.value)
    return need


def _reconfirmed(draft: NeedDraft, need: Need) -> NeedDraft:
    """The draft without a day of confirmation that belongs to what the need said before."""
    is_other = draft.says_other_than(kind=need.kind, description=need.description, priority=need.priority)
    if draft.confirmed_on == need.confirmed_on:
        if is_other:
            return replace(draft, confirmed_on=None)
        if draft.confirmed_how is None and need.confirmed_how:
            return replace(draft, confirmed_how=Manner(need.confirmed_how))
    return draft
