"""What several screens of leads need."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.kernel.verdict import Verdict
from tuoke.base.ui.http import screen
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import name_of
from tuoke.steps.leads.words import sentences


def readable(request: StaffRequest, pk: int) -> Lead:
    leads = Lead.objects.visible_to(request.principal).select_related("owner", "source__parent", "campaign", "customer")
    return get_object_or_404(leads, pk=pk)


def writable(request: StaffRequest, pk: int) -> Lead:
    return get_object_or_404(Lead.objects.visible_to(request.principal, "write"), pk=pk)


def refused(request: StaffRequest, verdict: Verdict, *, lead: Lead | None) -> HttpResponse:
    """A verb in one press that was refused: why, and the way on."""
    seen = lead is not None and Lead.objects.visible_to(request.principal).filter(pk=lead.pk).exists()
    context = {
        "reasons": sentences(verdict),
        "name": name_of(lead, who=request.principal) if lead else "",
        "back": lead.get_absolute_url() if lead and seen else f"{reverse('leads:list')}?tab=pool",
    }
    return screen(request, "leads/refused.html", context, status=422)
