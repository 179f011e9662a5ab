"""What is done in one press: a calculation or a walk withdrawn, and brought back."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.steps.negotiation.returns import actions
from tuoke.steps.negotiation.returns.models import Walk
from tuoke.steps.negotiation.returns.views.showing import calculation_of, pressed, shown


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = calculation_of(request, pk, action="write")
    deal, by, now = found.opportunity, request.principal, timezone.now()
    return pressed(
        request,
        deal,
        lambda: actions.withdraw(calculation=found, by=by, now=now),
        lambda: shown(request, deal),
        said=_("已撤回"),
        undo_url=reverse("returns:restore", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = calculation_of(request, pk, action="write")
    deal, by, now = found.opportunity, request.principal, timezone.now()
    return pressed(
        request,
        deal,
        lambda: actions.restore(calculation=found, by=by, now=now),
        lambda: shown(request, deal),
        said=_("已恢复"),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def unwalk(request: StaffRequest, pk: int) -> HttpResponseBase:
    found, by, now = _walk(request, pk), request.principal, timezone.now()
    deal = found.calculation.opportunity
    return pressed(
        request,
        deal,
        lambda: actions.unwalk(walk=found, by=by, now=now),
        lambda: shown(request, deal),
        said=_("已撤回"),
        undo_url=reverse("returns:rewalk", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def rewalk(request: StaffRequest, pk: int) -> HttpResponseBase:
    found, by, now = _walk(request, pk), request.principal, timezone.now()
    deal = found.calculation.opportunity
    return pressed(
        request,
        deal,
        lambda: actions.rewalk(walk=found, by=by, now=now),
        lambda: shown(request, deal),
        said=_("已恢复"),
    )


def _walk(request: StaffRequest, pk: int) -> Walk:
    visible = Walk.objects.visible_to(request.principal, "write")
    related = ("calculation__opportunity__customer", "calculation__opportunity__owner", "contact")
    return get_object_or_404(visible.select_related(*related), pk=pk)
