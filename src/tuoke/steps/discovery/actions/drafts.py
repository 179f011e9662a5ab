"""Drafts of needs: noted during a call or added by the customer, each to be taken, merged or dropped by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.base.records.actions import changes_between, event_of, record_many
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.actions.checks import (
    columns,
    draft_verdict,
    facts,
    is_draft,
    is_listed,
    locked,
    may_change,
    named,
    refuse,
    save,
    shown,
    tell,
)
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import (
    DESCRIPTION_LIMIT,
    DRAFTS_MOST,
    NeedDraft,
    NeedState,
    Origin,
    Priority,
    text_mark,
    text_verdict,
)
from tuoke.steps.outreach.hooks import DraftNeeds


@transaction.atomic
def draft_needs(
    *,
    customer: Customer,
    deal: Opportunity | None,
    contact: Contact | None,
    descriptions: Sequence[str],
    by: Principal,
    now: datetime,
    origin: Origin = Origin.CALL,
) -> int:
    """Keep what the customer said he wants as drafts. Returns how many are new.

    What stands in his list or among the drafts already, or comes twice, is left out. The caller has made sure that
    ``by`` may write about the customer or deal. Refused with every text that can't be kept.
    """
    texts = {text_mark(text): text.strip() for text in descriptions if text_mark(text)}
    verdict = YES
    for text in texts.values():
        verdict &= text_verdict(text, name="description", limit=DESCRIPTION_LIMIT)
    refuse(verdict & (no("drafts_too_many", limit=DRAFTS_MOST) if len(texts) > DRAFTS_MOST else YES))
    if not texts:
        return 0
    known = Need.objects.filter(withdrawn_at=None, customer=customer, opportunity=deal)
    marks = {text_mark(text) for text in known.values_list("description", flat=True)}
    fresh = Need.objects.bulk_create(
        Need(
            customer=customer,
            opportunity=deal,
            contact=contact,
            state=NeedState.DRAFT.value,
            origin=origin.value,
            description=text,
            priority=Priority.MEDIUM.value,
            said_by_customer=origin is Origin.CUSTOMER,
            created_at=now,
        )
        for mark, text in texts.items()
        if mark not in marks
    )
    told = (
        event_of(kind="discovery.need_drafted", by=by, at=now, facts=facts(need, origin=origin.value), **named(need))
        for need in fresh
    )
    record_many(told)
    return len(fresh)


def draft_after_call(said: DraftNeeds, by: Principal, now: datetime) -> int:
    """``draft_needs`` as outreach asks for it (``outreach.hooks.draft_needs``), in the transaction that saves a call."""
    return draft_needs(
        customer=said.customer, deal=said.deal, contact=said.contact, descriptions=said.descriptions, by=by, now=now
    )


@transaction.atomic
def take_draft(*, need: Need, version: int, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    """List a draft as ``draft`` says it; ``return_draft`` undoes it."""
    need = locked(need, by=by, version=version)
    refuse(draft_verdict(draft, customer_id=need.customer_id, now=now) & may_change(need) & is_draft(need))
    before = shown(need)
    for name, value in columns(draft).items():
        setattr(need, name, value)
    need.state = NeedState.LISTED.value
    save(need)
    need = Need.objects.select_related("contact", "opportunity").get(pk=need.pk)
    tell("draft_taken", need, by=by, at=now, changes=changes_between(before=before, after=shown(need)))
    return need


@transaction.atomic
def return_draft(*, need: Need, version: int, by: Principal, now: datetime) -> Need:
    """Undo ``take_draft``: among the drafts again, with the words and the kind that it has now."""
    need = locked(need, by=by, version=version)
    refuse(may_change(need) & is_listed(need) & (YES if need.origin != Origin.OWN else no("never_a_draft")))
    need.state, need.confirmed_on, need.confirmed_how = NeedState.DRAFT.value, None, ""
    need.position = None
    save(need)
    tell("draft_returned", need, by=by, at=now)
    return need


@transaction.atomic
def merge_draft(*, need: Need, version: int, into: Need, by: Principal, now: datetime) -> Need:
    """A draft says what a listed need of the same list says already: it is kept there as one more source.

    ``restore_need`` undoes it. Need.DoesNotExist where ``by`` may not write the other.
    """
    need = locked(need, by=by, version=version)
    target = locked(into, by=by)
    same_list = (target.customer_id, target.opportunity_id) == (need.customer_id, need.opportunity_id)
    refuse(may_change(need) & is_draft(need) & may_change(target) & is_listed(target))
    refuse(YES if same_list else no("merge_elsewhere"))
    need.merged_into, need.withdrawn_at = target, now
    save(need)
    tell("draft_merged", need, by=by, at=now, into=target.description[:80])
    return need
