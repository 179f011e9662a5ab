"""成交信号: the page, its panel on the deal's page, and what is said of a sign."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast, typed
from tuoke.steps.negotiation.signals import actions, queries
from tuoke.steps.negotiation.signals.forms import TickForm
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.negotiation.signals.views.showing import (
    common,
    done,
    form_page,
    found_deal,
    pressed,
    shown,
    today,
    version_in,
)


@require_GET
@needs(Permission.NEGOTIATION_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return shown(request, found_deal(request, pk))


@require_GET
@needs(Permission.NEGOTIATION_READ)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """What waits to be looked at, on the deal's page (region ``signals-panel``)."""
    deal = found_deal(request, pk)
    context = common(request, deal) | {"page": queries.page_of(request.principal, deal)}
    return screen(request, "signals/panel.html", context, region="signals-panel")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def tick(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One that a colleague saw himself (region ``form``)."""
    deal = found_deal(request, pk, action="write")
    form = TickForm(typed(request), initial={"said_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.tick(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已记下信号"), undo_url=reverse("signals:dismiss", args=[made.pk]))
            return done(request, deal)
    return form_page(request, deal, form, title=_("手工记一个信号"), is_new=True)


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def confirm(request: StaffRequest, pk: int) -> HttpResponseBase:
    signal, version = _signal(request, pk), version_in(request)
    return pressed(
        request,
        signal.opportunity,
        lambda: actions.confirm(signal=signal, version=version, by=request.principal, now=timezone.now()),
        said=_("已确认。趁热提一个具体的签约建议"),
        undo_url=reverse("signals:reopen", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def dismiss(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``version`` may be left out by 撤销 of a tick."""
    signal = _signal(request, pk)
    version = version_in(request) if "version" in request.POST else signal.version
    reason = request.POST.get("reason", "")
    return pressed(
        request,
        signal.opportunity,
        lambda: actions.dismiss(
            signal=signal, version=version, reason=reason, by=request.principal, now=timezone.now()
        ),
        said=_("已标为不是信号"),
        undo_url=reverse("signals:reopen", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    signal = _signal(request, pk)
    return pressed(
        request,
        signal.opportunity,
        lambda: actions.reopen(signal=signal, by=request.principal, now=timezone.now()),
        said=_("已恢复"),
    )


def _signal(request: StaffRequest, pk: int) -> Signal:
    visible = Signal.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner"), pk=pk)
