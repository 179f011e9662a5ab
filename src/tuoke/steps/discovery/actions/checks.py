"""What every verb about needs asks first and tells afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedDraft, NeedState, may_be_listed


def refuse(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def locked_deal(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, held until the end; Opportunity.DoesNotExist where ``by`` may not write it."""
    return Opportunity.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=deal.pk)


def locked(need: Need, *, by: Principal, version: int | None = None) -> Need:
    current = Need.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=need.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def is_open(deal: Opportunity | None) -> Verdict:
    return no("deal_closed") if deal and deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


def may_change(need: Need) -> Verdict:
    return (no("need_withdrawn") if need.withdrawn_at else YES) & is_open(need.opportunity)


def is_listed(need: Need) -> Verdict:
    return no("need_is_draft") if need.state == NeedState.DRAFT else YES


def is_draft(need: Need) -> Verdict:
    return YES if need.state == NeedState.DRAFT else no("need_is_listed")


def draft_verdict(draft: NeedDraft, *, customer_id: int, now: datetime) -> Verdict:
    verdict = may_be_listed(draft, today=timezone.localdate(now))
    if draft.contact_id and not Contact.objects.filter(pk=draft.contact_id, customer_id=customer_id).exists():
        verdict &= no("contact_elsewhere")
    return verdict


def columns(draft: NeedDraft) -> dict[str, Any]:
    """The draft as columns of the table. Confirmed on a day without saying how: in some other way."""
    how = (draft.confirmed_how.value if draft.confirmed_how else "other") if draft.confirmed_on else ""
    return {
        "kind": draft.kind.value,
        "description": draft.description.strip(),
        "priority": draft.priority.value,
        "contact_id": draft.contact_id,
        "confirmed_on": draft.confirmed_on,
        "confirmed_how": how,
        "pain": draft.pain.strip(),
        "impact": draft.impact.strip(),
        "said_by_customer": draft.said_by_customer,
    }


def save(need: Need) -> None:
    need.version += 1
    need.save()


# History


def tell(
    verb: str,
    need: Need,
    *,
    by: Principal,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    **more: Any,
) -> None:
    record(kind=f"discovery.{verb}", by=by, at=at, changes=changes, facts=facts(need, **more), **named(need))


def named(need: Need) -> dict[str, Any]:
    customer = f"{Customer._meta.label_lower}:{need.customer_id}"
    return {"subject": need, "thread": need.opportunity or customer, "party": customer}


def facts(need: Need, **more: Any) -> dict[str, Any]:
    return {
        "kind": need.kind,
        "description": need.description,
        "priority": need.priority,
        "confirmed_on": need.confirmed_on,
        **more,
    }


def shown(need: Need) -> Mapping[str, Any]:
    return {
        "kind": need.kind,
        "description": need.description,
        "priority": need.priority,
        "contact": need.contact.name if need.contact else "",
        "confirmed_on": need.confirmed_on,
        "pain": need.pain,
        "impact": need.impact,
    }
