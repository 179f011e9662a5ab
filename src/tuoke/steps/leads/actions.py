"""Everything that can be done with a lead. Each verb locks, checks, changes and records in one transaction.

Each raises Refused with every reason as a code (``words.py`` says them), Conflict where somebody saved first, and
Lead.DoesNotExist where ``by`` may not write the lead: someone else's lead is not there (O1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Reason, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, event_of, record, record_many
from tuoke.base.records.models import Event, key_of
from tuoke.services.search.actions import index
from tuoke.services.search.rules import search_text
from tuoke.spine.catalog.models import Campaign, LeadSource, Product
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.actions import Duplicate, add_contact, match_or_create
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import duplicates_of, receivers
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, DecisionRole, LeadStatus, OnDuplicate
from tuoke.spine.deals.actions import open_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import may_waive
from tuoke.spine.followups.actions import carry_over
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import Tick
from tuoke.spine.playbook.rules import Judgement, StepKey
from tuoke.spine.playbook.rules.kinds import TICK
from tuoke.steps.leads.facts import facts_of
from tuoke.steps.leads.queries import Profiles, draft_of, judgement_of, step_for, unsettled
from tuoke.steps.leads.rules import LeadDraft, faults, merged

REASON_LIMIT = 200
CHUNK = 1000


class GateClosed(Refused):
    """The lead isn't ready to become a deal; ``judgement`` holds every criterion, ``verdict`` every unmet one."""

    def __init__(self, judgement: Judgement, verdict: Verdict = YES) -> None:
        super().__init__(verdict & judgement.verdict)
        self.judgement = judgement


# Writing down


@transaction.atomic
def create_lead(
    *, draft: LeadDraft, by: Principal, now: datetime, on_duplicate: OnDuplicate = OnDuplicate.REFUSE
) -> Lead:
    """Raises Duplicate where it is there already (S2.3); Refused: may_not_write, owner_not_allowed, draft's faults."""
    draft = _stripped(draft)
    _require_sound([draft])
    if on_duplicate is OnDuplicate.REFUSE:
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
    profiles = profiles or Profiles(timezone.localdate(now))
    leads = [_new_lead(draft, owners, profiles, by=by, now=now) for draft in drafts]
    Lead.objects.bulk_create(leads, batch_size=500)
    index("lead", {lead.pk: lead.search_text for lead in leads})
    record_many(_event(event, lead, by=by, now=now, facts={**_origin(lead, owners), **(facts or {})}) for lead in leads)
    return leads


@transaction.atomic
def update_many(
    *, pairs: Sequence[tuple[Lead, LeadDraft]], by: Principal, now: datetime, profiles: Profiles | None = None
) -> list[Lead]:
    """Fill in what the drafts know; nothing known is overwritten by nothing. Returns the leads that changed.

    Owner and campaign stay. Leads must be writable for ``by``, or lie in the pool and ``by`` may import.
    Refused: lead_elsewhere and faults, each with ``row``.
    """
    drafts = [merged(draft_of(lead), _stripped(new)) for lead, new in pairs]
    _require_sound(drafts)
    _require_writable([lead for lead, _ in pairs], by=by)
    profiles = profiles or Profiles(timezone.localdate(now))
    changed: list[Lead] = []
    events: list[Event] = []
    for (lead, _), draft in zip(pairs, drafts, strict=True):
        changes = _apply_draft(lead, draft, profiles)
        if changes:
            changed.append(lead)
            events.append(_event("leads.edited", lead, by=by, now=now, changes=changes))
    Lead.objects.bulk_update(changed, [*_COLUMNS, *_RESULTS, "search_text", "version"], batch_size=100)
    index("lead", {lead.pk: lead.search_text for lead in changed})
    record_many(events)
    return changed


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
    lead = _locked(lead, by)
    if lead.version != version:
        raise Conflict(lead)
    draft = _stripped(draft)
    _require_sound([draft])
    before = draft_of(lead)
    if on_duplicate is OnDuplicate.REFUSE and _identity(before) != _identity(draft):
        _refuse_duplicates(draft, by=by, ignoring=(key_of(lead), *lead.distinct_from))
    changes = _apply_draft(lead, draft, Profiles(timezone.localdate(now)))
    if not changes:
        return lead
    lead.save()
    index("lead", {lead.pk: lead.search_text})
    _record("leads.edited", lead, by=by, now=now, changes=changes)
    return lead


# Whose it is


@transaction.atomic
def claim_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """领取 from the pool. Two at once: one gets it, the other is told who (Refused already_claimed, name)."""
    if not by.may(Permission.LEAD_WRITE) or by.user_id is None:
        raise Refused(no("may_not_write"))
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    if lead.owner_id is not None:
        code = "already_yours" if lead.owner_id == by.user_id else "already_claimed"
        raise Refused(no(code, name=lead.owner.name if lead.owner else ""))
    _require_open(lead)
    owner = User.objects.get(pk=by.user_id)
    _set(lead, owner_id=owner.pk, department_id=owner.department_id)
    _record("leads.claimed", lead, by=by, now=now, facts={"owner": owner.name})
    return lead


@transaction.atomic
def assign_lead(*, lead: Lead, to: User, by: Principal, now: datetime) -> Lead:
    """分配 to a colleague within one's scope, from the pool or from another. Refused: may_not_assign,
    owner_not_allowed, same_owner, lead_closed."""
    if not by.may(Permission.LEAD_ASSIGN):
        raise Refused(no("may_not_assign"))
    lead = _assignable(lead, by)
    if lead.owner_id == to.pk:
        raise Refused(no("same_owner", name=to.name))
    if to.pk not in receivers(by):
        raise Refused(no("owner_not_allowed", name=to.name, field="owner"))
    _require_open(lead)
    before = lead.owner.name if lead.owner else ""
    _set(lead, owner_id=to.pk, department_id=to.department_id)
    _record("leads.assigned", lead, by=by, now=now, changes={"owner": (before, to.name)})
    return lead


@transaction.atomic
def return_to_pool(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """退回公海, with a reason. Refused: reason_missing, reason_too_long, in_pool, lead_closed."""
    _require_reason(reason)
    lead = _locked(lead, by)
    _require_open(lead)
    if lead.owner_id is None:
        raise Refused(no("in_pool"))
    before = lead.owner.name if lead.owner else ""
    _set(lead, owner_id=None, department_id=None)
    _record("leads.returned", lead, by=by, now=now, facts={"reason": reason.strip(), "from": before})
    return lead


# What becomes of it


@transaction.atomic
def discard_lead(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """标为无效, with a reason; ``reopen_lead`` takes it back. Refused: reason_missing, reason_too_long, lead_closed."""
    _require_reason(reason)
    lead = _locked(lead, by)
    _require_open(lead)
    _set(lead, status=LeadStatus.DISCARDED.value, status_reason=reason.strip())
    _record("leads.discarded", lead, by=by, now=now, facts={"reason": reason.strip()})
    return lead


@transaction.atomic
def reopen_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """Follow a discarded lead again. Refused: not_discarded."""
    lead = _locked(lead, by)
    if lead.status != LeadStatus.DISCARDED:
        raise Refused(no("not_discarded"))
    _set(lead, status=LeadStatus.OPEN.value, status_reason="")
    _record("leads.reopened", lead, by=by, now=now)
    return lead


@transaction.atomic
def tell_apart(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """The exact look-alikes of today are another purchase: says who and why (S2.3). Refused: reason_missing,
    reason_too_long, nothing_to_tell_apart."""
    _require_reason(reason)
    lead = _locked(lead, by)
    hits = unsettled(lead, who=by)
    if not hits:
        raise Refused(no("nothing_to_tell_apart"))
    _set(lead, distinct_from=sorted({*lead.distinct_from, *(hit.key for hit in hits)}))
    _record("leads.told_apart", lead, by=by, now=now, facts={"reason": reason.strip(), "count": len(hits)})
    return lead


@transaction.atomic
def tick(*, lead: Lead, item: str, note: str, by: Principal, now: datetime) -> Tick:
    """Give one's word on a criterion that nothing else proves. Refused: unknown_item, note_too_long, lead_closed."""
    lead = _locked(lead, by)
    _require_open(lead)
    if item not in _ticks_of(lead):
        raise Refused(no("unknown_item", item=item))
    return playbook.tick(
        subject=lead, item=item, step=StepKey.LEADS, note=note, by=by, now=now, thread=lead, party=lead
    )


@transaction.atomic
def untick(*, lead: Lead, item: str, by: Principal, now: datetime) -> None:
    lead = _locked(lead, by)
    _require_open(lead)
    if item not in _ticks_of(lead):
        raise Refused(no("unknown_item", item=item))
    playbook.untick(subject=lead, item=item, by=by, now=now, thread=lead, party=lead)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the deal shall be. ``customer``: an existing one to pursue it with; else found by name or made new."""

    name: str
    amount: Decimal | None = None
    expected_close_on: date | None = None
    product: Product | None = None
    scale: Scale = Scale.SMALL
    motion: Motion = Motion.NEW
    is_complex: bool = False
    customer: Customer | None = None
    note: str = ""


@transaction.atomic
def convert(
    *, lead: Lead, terms: Terms, by: Principal, now: datetime, waivers: Mapping[str, str] | None = None
) -> Opportunity:
    """转商机: the lead becomes customer, contact and opportunity, all or nothing (S2, P2).

    The gate of step 2 is judged with ``waivers`` (criterion → reason) of a manager. What was to do for the lead is to
    do for the deal; its history shows with the customer. Raises GateClosed with every unmet criterion and wrong
    waiver; Refused: already_converted, lead_closed, not_claimed, customer_elsewhere and what customers and deals refuse.
    """
    lead = _assignable(lead, by)
    _require_convertible(lead)
    segment = Segment(Market(lead.market), terms.scale, terms.motion)
    judgement = _through_gate(lead, terms, segment, waivers=waivers or {}, by=by)
    customer = _customer_for(lead, terms, by=by, now=now)
    _contact_for(lead, customer, by=by, now=now)
    assert lead.owner is not None  # _require_convertible
    deal = open_deal(
        customer=customer,
        lead=lead,
        name=terms.name,
        owner=lead.owner,
        amount=terms.amount,
        expected_close_on=terms.expected_close_on,
        product=terms.product,
        segment=segment,
        is_complex=terms.is_complex,
        by=by,
        now=now,
        is_practice=lead.is_practice,
        note=terms.note,
    )
    _set(lead, status=LeadStatus.CONVERTED.value, customer_id=customer.pk)
    facts = {
        "customer": customer.name, "deal": deal.name, "deal_id": deal.pk, "score": lead.score,
        "waived": _waived(judgement, waivers or {}),
    }  # fmt: skip
    _record("leads.converted", lead, by=by, now=now, facts=facts)
    carry_over(lead=lead, opportunity=deal, by=by, now=now)
    return deal


# Weighing anew


def rescore(
    *,
    by: Principal,
    now: datetime,
    campaign: Campaign | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Weigh every open lead (of the campaign) by the profiles of today; writes only what changed, chunk by chunk.

    Converted leads keep the score that they were screened with. ``progress`` is told how many were looked at.
    Returns how many changed. Started again it does no harm.
    """
    profiles = Profiles(timezone.localdate(now))
    looked_at, changed, last = 0, 0, 0
    while True:
        leads = Lead.objects.filter(status=LeadStatus.OPEN, pk__gt=last).order_by("pk")
        if campaign is not None:
            leads = leads.filter(campaign=campaign)
        with transaction.atomic():
            batch = list(leads.select_for_update()[:chunk])
            changed += _rescore_batch(batch, profiles)
        if not batch:
            break
        last, looked_at = batch[-1].pk, looked_at + len(batch)
        if progress is not None:
            progress(looked_at)
    with transaction.atomic():
        subject = key_of(campaign) if campaign else "customers.lead:all"
        record(kind="leads.rescored", subject=subject, by=by, at=now, facts={"leads": looked_at, "changed": changed})
    return changed


# Below: what the verbs are made of

_RESULTS = ("score", "score_max", "score_detail", "tier")
_COLUMNS = (
    "market", "company", "contact", "position", "phone", "email", "wechat", "credit_code", "industry", "region",
    "address", "staff_low", "staff_high", "revenue_low", "revenue_high", "budget_low", "budget_high", "purchase_on",
    "decision_maker", "want", "source", "source_detail", "campaign", "note", "attributes", "party_key", "want_key",
)  # fmt: skip


def _locked(lead: Lead, by: Principal) -> Lead:
    """The lead as it stands, locked until the end of the transaction, if ``by`` may write it."""
    return Lead.objects.visible_to(by, "write").select_for_update().get(pk=lead.pk)


def _assignable(lead: Lead, by: Principal) -> Lead:
    """As ``_locked``, and what lies in the pool too."""
    locked = Lead.objects.select_for_update()
    found = locked.filter(pk=lead.pk, owner=None).filter(pk__in=Lead.objects.visible_to(by)).first()
    return found or _locked(lead, by)


def _set(lead: Lead, **values: Any) -> None:
    for name, value in values.items():
        setattr(lead, name, value)
    lead.version += 1
    lead.save(update_fields=[*(name.removesuffix("_id") for name in values), "version"])


def _require_open(lead: Lead) -> None:
    if lead.status != LeadStatus.OPEN:
        raise Refused(no("lead_closed", status=lead.status))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(no("reason_missing", field="reason"))
    if len(reason.strip()) > REASON_LIMIT:
        raise Refused(no("reason_too_long", field="reason", limit=REASON_LIMIT))


def _require_sound(drafts: Sequence[LeadDraft]) -> None:
    found: list[Reason] = []
    for row, draft in enumerate(drafts):
        found += [Reason(fault.code, {**fault.params, "row": row}) for fault in faults(draft)]
    if found:
        raise Refused(Verdict(tuple(found)))


def _require_writable(leads: Sequence[Lead], *, by: Principal) -> None:
    ids = [lead.pk for lead in leads]
    writable = set(Lead.objects.visible_to(by, "write").filter(pk__in=ids).values_list("pk", flat=True))
    if by.may(Permission.LEAD_IMPORT):
        writable |= set(Lead.objects.filter(pk__in=ids, owner=None).values_list("pk", flat=True))
    elsewhere = [Reason("lead_elsewhere", {"row": row}) for row, pk in enumerate(ids) if pk not in writable]
    if elsewhere:
        raise Refused(Verdict(tuple(elsewhere)))


def _require_convertible(lead: Lead) -> None:
    if lead.status == LeadStatus.CONVERTED:
        raise Refused(no("already_converted", customer=lead.customer.name if lead.customer else ""))
    _require_open(lead)
    if lead.owner_id is None:
        raise Refused(no("not_claimed"))


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


def _new_lead(
    draft: LeadDraft, owners: Mapping[int, User], profiles: Profiles, *, by: Principal, now: datetime
) -> Lead:
    owner = owners[draft.owner_id] if draft.owner_id is not None else None
    keys = draft.keys
    lead = Lead(
        **{name: getattr(draft, name) for name in _STORED},
        party_key=keys.party,
        want_key=keys.want,
        is_practice=draft.is_practice,
        owner_id=draft.owner_id,
        department_id=owner.department_id if owner else None,
        created_at=now,
        created_by_id=by.user_id,
        **profiles.weigh(draft).columns,
    )
    lead.search_text = _search_text(lead)
    return lead


_STORED = tuple(name for name in LeadDraft.__dataclass_fields__ if name not in ("owner_id", "is_practice"))


def _apply_draft(lead: Lead, draft: LeadDraft, profiles: Profiles) -> dict[str, tuple[Any, Any]]:
    """Put the draft into the lead (unsaved) and weigh it. Returns what changed, in words where it is another record."""
    before = {name: getattr(lead, name) for name in _STORED}
    changes = changes_between(before=before, after={name: getattr(draft, name) for name in _STORED})
    if not changes:
        return {}
    for name in changes:
        setattr(lead, name, getattr(draft, name))
    keys = draft.keys
    lead.party_key, lead.want_key = keys.party, keys.want
    for name, value in profiles.weigh(draft).columns.items():
        setattr(lead, name, value)
    lead.search_text = _search_text(lead)
    lead.version += 1
    return _named(changes)


def _named(changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Foreign keys by name: history must be readable when the record is gone."""
    managers: dict[str, Any] = {"source_id": LeadSource.objects, "campaign_id": Campaign.objects}
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


def _ticks_of(lead: Lead) -> set[str]:
    """Keys of step 2 that a person's word can tick: actions, and criteria that nothing else proves."""
    found: set[str] = set()
    for scale in Scale:  # which type it will be is decided at conversion
        step = step_for(Segment(Market(lead.market), scale))
        if step is not None:
            found |= {action.key for action in step.actions}
            found |= {criterion.key for criterion in step.criteria if criterion.kind == TICK}
    return found


def _through_gate(
    lead: Lead, terms: Terms, segment: Segment, *, waivers: Mapping[str, str], by: Principal
) -> Judgement:
    facts = facts_of(lead, who=by)
    before = judgement_of(lead, facts, segment=segment, is_complex=terms.is_complex)
    verdict = may_waive(waivers, before, is_manager=by.may(Permission.DEAL_WAIVE))
    if not verdict:
        raise GateClosed(before, verdict)
    after = judgement_of(lead, facts, segment=segment, is_complex=terms.is_complex, waived=waivers)
    if not after:
        raise GateClosed(after)
    return after


def _waived(judgement: Judgement, waivers: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"title": finding.criterion.title, "reason": waivers[finding.criterion.key].strip()}
        for finding in judgement.findings
        if finding.waived
    ]


def _customer_for(lead: Lead, terms: Terms, *, by: Principal, now: datetime) -> Customer:
    """The customer that was chosen (seen by ``by``, else DoesNotExist), matched or made; it takes the lead's score."""
    if terms.customer is not None:
        customer = Customer.objects.visible_to(by).get(pk=terms.customer.pk)
    else:
        customer, _ = match_or_create(draft=_customer_draft(lead), by=by, now=now)
    if lead.score is not None and not customer.is_practice:
        customer.score, customer.tier = lead.score, lead.tier or customer.tier
        customer.save(update_fields=["score", "tier"])
    return customer


def _customer_draft(lead: Lead) -> CustomerDraft:
    is_person = lead.market == Market.TOC
    return CustomerDraft(
        name=(lead.contact if is_person else lead.company) or lead.company or lead.contact or str(lead),
        market=lead.market,
        phone=lead.phone if is_person or not lead.contact else "",
        credit_code=lead.credit_code,
        industry=lead.industry,
        region=lead.region,
        address=lead.address,
        staff_low=lead.staff_low,
        staff_high=lead.staff_high,
        revenue_low=lead.revenue_low,
        revenue_high=lead.revenue_high,
        note=lead.note,
        attributes=lead.attributes,
        owner_id=lead.owner_id,
        is_practice=lead.is_practice,
    )


def _contact_for(lead: Lead, customer: Customer, *, by: Principal, now: datetime) -> None:
    """The lead's person becomes a contact unless the customer has him already. Who 'decides' was contacted by now."""
    if not (lead.contact or lead.phone or lead.email or lead.wechat):
        return
    name = lead.contact or str(lead)
    known = customer.contacts.filter(name=name)
    if lead.phone and customer.contacts.filter(phone=lead.phone).exists():
        return
    if not lead.phone and known.exists():
        return
    if not Customer.objects.visible_to(by, "write").filter(pk=customer.pk).exists():
        return  # a colleague's customer, chosen by hand: he keeps its people
    decides = bool(lead.decision_maker)
    draft = ContactDraft(
        name=name,
        position=lead.position,
        phone=lead.phone,
        email=lead.email,
        wechat=lead.wechat,
        role=DecisionRole.DECIDER.value if decides else DecisionRole.UNKNOWN.value,
        contacted_on=timezone.localdate(lead.last_touch_at or now) if decides else None,
    )
    add_contact(customer=customer, draft=draft, by=by, now=now)


def _rescore_batch(leads: Sequence[Lead], profiles: Profiles) -> int:
    changed = []
    for lead in leads:
        columns = profiles.weigh(lead).columns
        if any(getattr(lead, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(lead, name, value)
            changed.append(lead)
    Lead.objects.bulk_update(changed, _RESULTS, batch_size=100)
    return len(changed)


def _search_text(lead: Lead) -> str:
    return search_text(lead.phone, lead.email, lead.credit_code, lead.want[:200], names=(lead.company, lead.contact))


def _origin(lead: Lead, owners: Mapping[int, User]) -> dict[str, Any]:
    owner = owners.get(lead.owner_id) if lead.owner_id is not None else None
    return {"owner": owner.name if owner else "", "score": lead.score}


def _event(
    kind: str,
    lead: Lead,
    *,
    by: Principal,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    return event_of(kind=kind, subject=lead, thread=lead, party=lead, by=by, at=now, changes=changes, facts=facts)


def _record(kind: str, lead: Lead, **about: Any) -> None:
    record_many([_event(kind, lead, **about)])
