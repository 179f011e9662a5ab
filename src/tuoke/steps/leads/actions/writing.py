"""Leads are written down and changed: one, or many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, record_many
from tuoke.base.records.bulk import insert
from tuoke.base.records.models import Event, key_of
from tuoke.services.search.actions import index
from tuoke.spine.catalog.models import Campaign, LeadSource
from tuoke.spine.customers.actions import WATCHED, Duplicate, settle_facts, settle_many, take_turns
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import duplicates_of, receivers, told_apart_from
from tuoke.spine.customers.rules import LeadStatus, OnDuplicate, traces_of
from tuoke.spine.customers.rules.finding import lead_search_text
from tuoke.steps.leads.actions.scores import keep_entries, put_score, weigh_anew
from tuoke.steps.leads.actions.shared import (
    DATES,
    RESULTS,
    lead_event,
    locked,
    record_event,
)
from tuoke.steps.leads.queries import Profiles, clock, draft_of
from tuoke.steps.leads.rules import Filling, LeadDraft, completed, faults, merged


@transaction.atomic
def create_lead(
    *, draft: LeadDraft, by: Principal, now: datetime, on_duplicate: OnDuplicate = OnDuplicate.REFUSE
) -> Lead:
    """Raises Duplicate where it is there already (S2.3); Refused: may_not_write, owner_not_allowed, draft's faults."""
    draft = _stripped(draft)
    _require_sound([draft])
    _require_known_referrer(draft.referrer_id, by=by)
    if on_duplicate is OnDuplicate.REFUSE:
        take_turns(draft.keys.party, draft.phone, draft.credit_code)
        _refuse_duplicates(draft, by=by)
    return create_many(drafts=[draft], by=by, now=now, event="leads.created")[0]


@transaction.atomic
def create_many(
    *,
    drafts: Sequence[LeadDraft],
    by: Principal,
    now: datetime,
    profiles: Profiles | None = None,
    event: str = "leads.imported",
    facts: Mapping[str, Any] | None = None,
) -> list[Lead]:
    """Many at once, in their order, scored and findable, with an event each. Looks for no duplicates: the caller has.

    Give ``profiles`` along when calling it chunk by chunk. Refused names every fault with its ``row`` (index into
    ``drafts``) and nothing is stored: owner_not_allowed, may_not_write, and the faults of ``rules.faults``.
    """
    if not by.may(Permission.LEAD_WRITE):
        raise Refused(no("may_not_write"))
    _require_sound(drafts)
    owners = _owners_for(drafts, by=by)
    profiles = _renewed(profiles, now)
    leads = [_new_lead(draft, owners, by=by, now=now) for draft in drafts]
    entries = [put_score(lead, profiles.weigh(lead), now=now) for lead in leads]
    dates = clock()
    for lead in leads:
        dates.put(lead)
    insert(leads)
    keep_entries(entries)
    index("lead", {lead.pk: lead.search_text for lead in leads})
    record_many(
        lead_event(event, lead, by=by, now=now, facts={**_origin(lead, owners), **(facts or {})}) for lead in leads
    )
    return leads


@transaction.atomic
def update_many(
    *,
    pairs: Sequence[tuple[Lead, LeadDraft]],
    by: Principal,
    now: datetime,
    profiles: Profiles | None = None,
    how: Filling = Filling.OVERWRITE,
) -> list[Lead]:
    """Fill in what the drafts know, ``how`` says whether over what is known. Returns the leads that changed.

    Owner and campaign stay. Leads must be writable for ``by``, or lie in the pool and ``by`` may import.
    Refused: lead_elsewhere and faults, each with ``row``.
    """
    fill = merged if how is Filling.OVERWRITE else completed
    drafts = [fill(draft_of(lead), _stripped(new)) for lead, new in pairs]
    _require_sound(drafts)
    _require_writable([lead for lead, _ in pairs], by=by)
    profiles = _renewed(profiles, now)
    changed: list[Lead] = []
    events: list[Event] = []
    entries = []
    dates = clock()
    for (lead, _), draft in zip(pairs, drafts, strict=True):
        changes = _apply_draft(lead, draft)
        if changes:
            changed.append(lead)
            entries.append(weigh_anew(lead, profiles, now=now))
            dates.put(lead)
            events.append(lead_event("leads.edited", lead, by=by, now=now, changes=changes))
    Lead.objects.bulk_update(changed, [*_COLUMNS, *RESULTS, *DATES, "search_text", "version"], batch_size=100)
    keep_entries(entries)
    index("lead", {lead.pk: lead.search_text for lead in changed})
    record_many(events)
    settle_many(leads=changed, by=by, now=now)
    return changed


@transaction.atomic
def void_many(*, leads: Sequence[Lead], reason: str, by: Principal, now: datetime) -> None:
    """作废 what was written down by mistake. The caller has locked the leads, open ones that ``by`` may void."""
    if not leads:
        return
    ids = [lead.pk for lead in leads]
    Lead.objects.filter(pk__in=ids).update(
        status=LeadStatus.DISCARDED.value, status_reason=reason, due_on=None, recycle_on=None, version=F("version") + 1
    )
    record_many(lead_event("leads.discarded", lead, by=by, now=now, facts={"reason": reason}) for lead in leads)


@transaction.atomic
def edit_lead(
    *,
    lead: Lead,
    version: int,
    draft: LeadDraft,
    by: Principal,
    now: datetime,
    on_duplicate: OnDuplicate = OnDuplicate.REFUSE,
) -> Lead:
    """Change what is known; score and tier follow. The owner stays (see ``assign_lead``).

    Raises Conflict when ``version`` is stale, Duplicate where a changed key meets another record.
    """
    lead = locked(lead, by)
    if lead.version != version:
        raise Conflict(lead)
    draft = _stripped(draft)
    _require_sound([draft])
    before = draft_of(lead)
    if draft.referrer_id != before.referrer_id:
        _require_known_referrer(draft.referrer_id, by=by)
    if on_duplicate is OnDuplicate.REFUSE and _identity(before) != _identity(draft):
        _refuse_duplicates(draft, by=by, ignoring=(key_of(lead), *told_apart_from(lead)))
    changes = _apply_draft(lead, draft)
    if not changes:
        return lead
    entry = weigh_anew(lead, Profiles(timezone.localdate(now)), now=now)
    clock().put(lead)
    lead.save()
    keep_entries([entry])
    index("lead", {lead.pk: lead.search_text})
    record_event("leads.edited", lead, by=by, now=now, changes=changes)
    if WATCHED & set(changes):
        settle_facts(party=lead, by=by, now=now)
    return lead


_COLUMNS = (
    "market", "company", "contact", "position", "phone", "email", "wechat", "credit_code", "industry", "region",
    "address", "staff_low", "staff_high", "revenue_low", "revenue_high", "budget_low", "budget_high", "purchase_on",
    "decision_maker", "want", "source", "source_detail", "campaign", "note", "attributes", "party_key", "want_key", "core",
    "sound",
)  # fmt: skip


_STORED = tuple(name for name in LeadDraft.__dataclass_fields__ if name not in ("owner_id", "is_practice"))


def _require_sound(drafts: Sequence[LeadDraft]) -> None:
    found: list[Reason] = []
    for row, draft in enumerate(drafts):
        found += [Reason(fault.code, {**fault.params, "row": row}) for fault in faults(draft)]
    if found:
        raise Refused(Verdict(tuple(found)))


def _require_known_referrer(referrer: int | None, *, by: Principal) -> None:
    """Who recommended us is a customer that ``by`` may see. Raises Refused: referrer_unknown."""
    if referrer is not None and not Customer.objects.visible_to(by).filter(pk=referrer).exists():
        raise Refused(no("referrer_unknown", field="referrer"))


def _require_writable(leads: Sequence[Lead], *, by: Principal) -> None:
    ids = [lead.pk for lead in leads]
    writable = set(Lead.objects.visible_to(by, "write").filter(pk__in=ids).values_list("pk", flat=True))
    if by.may(Permission.LEAD_IMPORT):
        writable |= set(Lead.objects.filter(pk__in=ids, owner=None).values_list("pk", flat=True))
    elsewhere = [Reason("lead_elsewhere", {"row": row}) for row, pk in enumerate(ids) if pk not in writable]
    if elsewhere:
        raise Refused(Verdict(tuple(elsewhere)))


def _owners_for(drafts: Sequence[LeadDraft], *, by: Principal) -> dict[int, User]:
    wanted = {draft.owner_id for draft in drafts if draft.owner_id is not None}
    allowed = receivers(by) if wanted else {}
    wrong = [
        Reason("owner_not_allowed", {"row": row, "field": "owner"})
        for row, draft in enumerate(drafts)
        if draft.owner_id is not None and draft.owner_id not in allowed
    ]
    if wrong:
        raise Refused(Verdict(tuple(wrong)))
    return allowed


def _new_lead(draft: LeadDraft, owners: Mapping[int, User], *, by: Principal, now: datetime) -> Lead:
    owner = owners[draft.owner_id] if draft.owner_id is not None else None
    keys = draft.keys
    lead = Lead(
        **{name: getattr(draft, name) for name in _STORED},
        party_key=keys.party,
        want_key=keys.want,
        **traces_of(draft.company)._asdict(),
        is_practice=draft.is_practice,
        owner_id=draft.owner_id,
        department_id=owner.department_id if owner else None,
        owned_since=now if owner else None,
        created_at=now,
        created_by_id=by.user_id,
    )
    lead.search_text = lead_search_text(lead)
    return lead


def _renewed(profiles: Profiles | None, now: datetime) -> Profiles:
    """Those of the whole run as they stand now: a profile may have been saved since its last chunk."""
    if profiles is None:
        return Profiles(timezone.localdate(now))
    profiles.renew()
    return profiles


def _apply_draft(lead: Lead, draft: LeadDraft) -> dict[str, tuple[Any, Any]]:
    """Put the draft into the lead (unsaved). Returns what changed, in words where it is another record."""
    before = {name: getattr(lead, name) for name in _STORED}
    changes = changes_between(before=before, after={name: getattr(draft, name) for name in _STORED})
    if not changes:
        return {}
    for name in changes:
        setattr(lead, name, getattr(draft, name))
    keys = draft.keys
    lead.party_key, lead.want_key = keys.party, keys.want
    lead.core, lead.sound = traces_of(draft.company)
    lead.search_text = lead_search_text(lead)
    lead.version += 1
    return _named(changes)


def _named(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Foreign keys by name: history must be readable when the record is gone."""
    managers: dict[str, Any] = {
        "source_id": LeadSource.objects,
        "campaign_id": Campaign.objects,
        "referrer_id": Customer.objects,
    }
    for column, manager in managers.items():
        if column in changes:
            ids = [pk for pk in changes[column] if pk is not None]
            names = dict(manager.filter(pk__in=ids).values_list("pk", "name"))
            before, after = changes.pop(column)
            changes[column.removesuffix("_id")] = (names.get(before, ""), names.get(after, ""))
    return changes


def _stripped(draft: LeadDraft) -> LeadDraft:
    values = {name: getattr(draft, name) for name in _STORED}
    texts: dict[str, Any] = {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    return replace(draft, **texts)


def _identity(draft: LeadDraft) -> tuple[object, ...]:
    return (draft.keys, draft.phone, draft.credit_code)


def _refuse_duplicates(draft: LeadDraft, *, by: Principal, ignoring: Collection[str] = ()) -> None:
    if draft.is_practice:
        return
    hits = duplicates_of(
        who=by, name=draft.company, phone=draft.phone, credit_code=draft.credit_code, want=draft.want,
        contact=draft.contact, email=draft.email, wechat=draft.wechat, ignoring=ignoring,
    )  # fmt: skip
    if any(hit.is_exact for hit in hits):
        raise Duplicate(hits)


def _origin(lead: Lead, owners: Mapping[int, User]) -> dict[str, Any]:
    owner = owners.get(lead.owner_id) if lead.owner_id is not None else None
    return {"owner": owner.name if owner else "", "score": lead.score}
