"""A lead's own page and its older history."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.models import Event
from tuoke.base.records.queries import timeline_of
from tuoke.base.ui.http import screen
from tuoke.spine.catalog.rules import Market, Segment
from tuoke.spine.customers import hooks
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import duplicates_of_lead, name_of, reach_of, threads_of_lead
from tuoke.spine.customers.rules import LeadStatus, Reach
from tuoke.spine.playbook.queries import ticks_of
from tuoke.steps.leads.facts import facts_of
from tuoke.steps.leads.queries import judgement_of, step_for
from tuoke.steps.leads.views.scores import score_context
from tuoke.steps.leads.views.shared import readable
from tuoke.steps.leads.views.trail import keep, trail_of
from tuoke.steps.leads.words import gate_lines

TIMELINE = 20
HIDDEN_CHANGES = frozenset({"contact", "phone", "email", "wechat", "note", "attributes", "want", "link"})


@require_GET
@needs(Permission.LEAD_READ)
def detail(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What was merged leads on to the lead that was kept (S2.3)."""
    lead = readable(request, pk)
    if lead.merged_into_id is not None:
        return redirect("leads:detail", lead.merged_into_id)
    context = {**detail_context(request, lead), "trail": trail_of(request, lead)}
    return keep(request, screen(request, "leads/detail.html", context), lead)


@require_GET
@needs(Permission.LEAD_READ)
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """The events before ``?before=``, for the end of the timeline."""
    lead = readable(request, pk)
    context = {"lead": lead, "name": name_of(lead, who=request.principal), **timeline_context(request, lead)}
    return screen(request, "leads/timeline.html", context, region="older")


def detail_context(request: StaffRequest, lead: Lead) -> dict[str, Any]:
    who = request.principal
    is_open = lead.status == LeadStatus.OPEN
    reach = reach_of(lead, who=who)
    may_write = Lead.objects.visible_to(who, "write").filter(pk=lead.pk).exists()
    step = step_for(Segment(Market(lead.market)))
    hits = duplicates_of_lead(lead, who=who)
    return {
        "lead": lead,
        "name": name_of(lead, who=who),
        "reach": reach,
        "want": reach.told(lead.want),
        "note": reach.told(lead.note),
        "attributes": _attributes(lead, reach),
        "is_open": is_open,
        "may_write": may_write,
        "may_claim": is_open and lead.owner_id is None and who.may(Permission.LEAD_WRITE),
        "may_assign": is_open and who.may(Permission.LEAD_ASSIGN) and (may_write or lead.owner_id is None),
        "may_convert": is_open and may_write and lead.owner_id is not None and who.may(Permission.DEAL_WRITE),
        "hits": hits,
        "has_exact": any(hit.is_exact for hit in hits),
        "gate": _gate(request, lead) if is_open and step else None,
        "step": step,
        "ticked": ticks_of(lead) if step else {},
        "panels": hooks.lead_panels if may_write or lead.owner_id is not None else [],
        "referrer": Customer.objects.visible_to(who).filter(pk=lead.referrer_id or 0).first(),
        "deals": list(lead.opportunities.visible_to(who)),
        "today": timezone.localdate(),
        **score_context(lead, who=who, may_write=may_write),
        **timeline_context(request, lead),
    }


def timeline_context(request: StaffRequest, lead: Lead) -> dict[str, Any]:
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    events = timeline_of(threads=threads_of_lead(lead), before=before, limit=TIMELINE + 1)
    reach = reach_of(lead, who=request.principal)
    if reach.is_masked:
        events = [_discreet(event, reach) for event in events]
    return {"events": events[:TIMELINE], "older": events[TIMELINE - 1].pk if len(events) > TIMELINE else None}


def _gate(request: StaffRequest, lead: Lead) -> dict[str, Any]:
    facts = facts_of(lead, who=request.principal)
    judgement = judgement_of(lead, facts, segment=Segment(Market(lead.market)))
    lines = gate_lines(judgement.findings, lead=lead)
    return {
        "is_open": bool(judgement),
        "missing": len(judgement.verdict.reasons),
        "open_lines": [line for line in lines if line.kind != "met"],
        "met_lines": [line for line in lines if line.kind == "met"],
    }


def _attributes(lead: Lead, reach: Reach) -> list[tuple[str, str]]:
    return [(name, reach.told(str(value))) for name, value in lead.attributes.items() if value not in ("", None)]


def _discreet(event: Event, reach: Reach) -> Event:
    """The event without what is hidden while the lead waits in the pool. Never saved."""
    event.changes = {
        field: [reach.told(value) if isinstance(value, str) else value for value in pair]
        for field, pair in event.changes.items()
        if field not in HIDDEN_CHANGES
    }
    event.facts = {name: reach.told(v) if isinstance(v, str) else v for name, v in event.facts.items()}
    return event
