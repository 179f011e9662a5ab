"""Scores and tiers: the region of a page, the tier by hand, and whether a rescoring is under way."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.customers.models import TIER_NAMES, Customer, Lead
from tuoke.spine.customers.queries import name_of
from tuoke.spine.customers.rules import LeadStatus, Tier
from tuoke.steps.leads import actions
from tuoke.steps.leads.forms import TierForm
from tuoke.steps.leads.queries import explanation_of_customer, explanation_of_lead, rescoring_now
from tuoke.steps.leads.saying import ScoreView, places_of_customer, places_of_lead, score_view
from tuoke.steps.leads.views.shared import refused, writable


@require_GET
@needs(Permission.LEAD_READ)
def rescoring(request: StaffRequest) -> HttpResponse:
    """How far a rescoring is: asked again every few seconds by pages that show one."""
    return screen(
        request, "leads/rescoring.html", {"rescoring": rescoring_now(), "was_rescoring": True}, region="rescoring"
    )


def score_context(lead: Lead, *, who: Principal, may_write: bool) -> dict[str, Any]:
    """What ``leads/_score.html`` shows of a lead."""
    scored = score_view(lead, explanation_of_lead(lead, today=timezone.localdate()), places=places_of_lead(lead))
    is_open = lead.status == LeadStatus.OPEN
    return {
        "party": lead,
        "scored": scored,
        "profile_url": _profile_url(scored, who),
        "rescoring": rescoring_now() if is_open else None,
        "may_grade": may_write and is_open,
        "tier_url": reverse("leads:tier", args=[lead.pk]),
        "rule_url": reverse("leads:tier_by_rule", args=[lead.pk]),
        "may_write": may_write,
    }


@require_GET
@needs(Permission.CUSTOMER_READ)
def customer_panel(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer's score and tier of today: a region of his page (S2.4)."""
    who = request.principal
    customer = get_object_or_404(Customer.objects.visible_to(who), pk=pk)
    may_write = Customer.objects.visible_to(who, "write").filter(pk=pk).exists()
    found = explanation_of_customer(customer, today=timezone.localdate())
    scored = score_view(customer, found, places=places_of_customer(customer))
    screened = Lead.objects.visible_to(who).filter(customer=customer, status=LeadStatus.CONVERTED)
    context = {
        "party": customer,
        "customer": customer,
        "scored": scored,
        "profile_url": _profile_url(scored, who),
        "rescoring": rescoring_now(),
        "may_grade": may_write,
        "tier_url": reverse("leads:customer_tier", args=[pk]),
        "rule_url": reverse("leads:customer_tier_by_rule", args=[pk]),
        "may_write": may_write,
        "screened": list(screened.order_by("-id")[:3]),
    }
    return screen(request, "leads/customer_score.html", context, region="score")


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
def tier(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = writable(request, pk)
    return _graded(request, lead, name=name_of(lead, who=request.principal))


@require_POST
@needs(Permission.LEAD_WRITE)
def tier_by_rule(request: StaffRequest, pk: int) -> HttpResponseBase:
    lead = writable(request, pk)
    try:
        lead = actions.follow_rule(party=lead, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return refused(request, refusal.verdict, lead=lead)
    toast(request, _("级别恢复按规则计算"))
    return redirect(f"{lead.get_absolute_url()}#score")


@require_http_methods(["GET", "POST"])
@needs(Permission.CUSTOMER_WRITE)
def customer_tier(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = _writable_customer(request, pk)
    return _graded(request, customer, name=customer.name)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def customer_tier_by_rule(request: StaffRequest, pk: int) -> HttpResponseBase:
    customer = _writable_customer(request, pk)
    try:
        actions.follow_rule(party=customer, by=request.principal, now=timezone.now())
    except Refused:
        toast(request, _("级别本来就按规则计算"))
    else:
        toast(request, _("级别恢复按规则计算"))
    return redirect(customer)


def _profile_url(scored: ScoreView, who: Principal) -> str:
    return scored.profile_url if who.may(Permission.PROFILE_READ) else ""


def _writable_customer(request: StaffRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.principal, "write"), pk=pk)


def _graded(request: StaffRequest, party: Lead | Customer, *, name: str) -> HttpResponseBase:
    form = TierForm(request.POST or None, initial={"tier": party.tier, "reason": party.tier_reason})
    if request.method == "POST" and form.is_valid():
        given, reason = Tier(form.cleaned_data["tier"]), form.cleaned_data["reason"]
        try:
            actions.set_tier(party=party, tier=given, reason=reason, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已定为%(tier)s") % {"tier": TIER_NAMES[given]})
            return redirect(f"{party.get_absolute_url()}#score")
    context = {"form": form, "party": party, "name": name}
    return screen(request, "leads/tier.html", context, region="form", status=422 if form.is_bound else 200)
