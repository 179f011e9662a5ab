"""转商机: a lead becomes customer, contact and opportunity (S2, P2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.spine.catalog.models import Product
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.actions import add_contact, carry_facts, match_or_create, redate, take_turns
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, DecisionRole, LeadStatus, name_key_of
from tuoke.spine.deals.actions import open_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import may_waive
from tuoke.spine.followups.actions import carry_over
from tuoke.spine.playbook.rules import Judgement
from tuoke.steps.leads import hooks
from tuoke.steps.leads.actions.rescoring import reweigh
from tuoke.steps.leads.actions.shared import (
    assignable,
    change,
    record_event,
    require_open,
)
from tuoke.steps.leads.facts import facts_of
from tuoke.steps.leads.queries import judgement_of


class GateClosed(Refused):
    """The lead isn't ready to become a deal; ``judgement`` holds every criterion, ``verdict`` every unmet one."""

    def __init__(self, judgement: Judgement, verdict: Verdict = YES) -> None:
        super().__init__(verdict & judgement.verdict)
        self.judgement = judgement


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
    lead = assignable(lead, by)
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
    change(lead, status=LeadStatus.CONVERTED.value, customer_id=customer.pk, due_on=None, recycle_on=None)
    facts = {
        "customer": customer.name, "deal": deal.name, "deal_id": deal.pk, "score": lead.score,
        "waived": _waived(judgement, waivers or {}),
    }  # fmt: skip
    record_event("leads.converted", lead, by=by, now=now, facts=facts)
    carry_facts(lead=lead, customer=customer, by=by, now=now)
    reweigh(customer=customer, now=now)
    carry_over(lead=lead, opportunity=deal, by=by, now=now)
    for told in hooks.on_converted:
        told(lead, deal, by, now)
    return deal


def _require_convertible(lead: Lead) -> None:
    if lead.status == LeadStatus.CONVERTED:
        raise Refused(no("already_converted", customer=lead.customer.name if lead.customer else ""))
    require_open(lead)
    if lead.owner_id is None:
        raise Refused(no("not_claimed"))


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
    """The customer that was chosen (seen by ``by``, else DoesNotExist), matched or made; it takes over when he was last
    spoken to."""
    if terms.customer is not None:
        customer = Customer.objects.visible_to(by).get(pk=terms.customer.pk, merged_into=None)
    elif linked := Customer.objects.visible_to(by).filter(leads=lead, merged_into=None).first():
        customer = linked
    else:
        draft = _customer_draft(lead)
        take_turns(name_key_of(draft.name), draft.phone, draft.credit_code)
        customer, _ = match_or_create(draft=draft, by=by, now=now)
    if lead.last_touch_at is not None:
        customer.last_touch_at = max(lead.last_touch_at, customer.last_touch_at or lead.last_touch_at)
    redate(customer)
    customer.save(update_fields=["last_touch_at", "due_on", "recycle_on"])
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
