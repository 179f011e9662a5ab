"""谈判桌: who sits there, on which side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import actions, queries
from tuoke.steps.negotiation.forms import SeatForm
from tuoke.steps.negotiation.models import Seat
from tuoke.steps.negotiation.places import to_plan
from tuoke.steps.negotiation.rules import Side
from tuoke.steps.negotiation.views.showing import (
    conflict_of,
    found_deal,
    pressed,
    shown,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def add(request: StaffRequest, pk: int, side: str) -> HttpResponseBase:
    """One more at the table (region ``form``). ``?contact=`` fills in what the decision map says of him."""
    if side not in list(Side):
        raise Http404
    deal = found_deal(request, pk, action="write")
    form = _form(request, deal, Side(side), initial=_guessed(request, deal))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_seat(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加到谈判桌"))
            return renewed(request, lambda: shown(request, deal), to=to_plan(deal))
    title = _("我方加一位") if form.side is Side.OURS else _("客户方加一位")
    context = {"deal": deal, "form": form, "url": request.path, "title": title, "is_new": True}
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one (region ``form``); a stale version shows both sides (409)."""
    seat = _seat(request, pk)
    deal = seat.plan.opportunity
    form = _form(request, deal, Side(seat.side), initial=SeatForm.initial_of(seat), keeping=seat)
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": seat.who}
    if request.method == "POST" and form.is_valid():
        version, by = form.cleaned_data["version"] or 0, request.principal
        try:
            actions.edit_seat(seat=seat, version=version, draft=form.draft, by=by, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, conflict)
            return screen(request, "negotiation/form.html", context, region="form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: shown(request, deal), to=to_plan(deal))
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    seat, by, now = _seat(request, pk), request.principal, timezone.now()
    deal = seat.plan.opportunity
    return pressed(
        request,
        lambda: actions.withdraw_seat(seat=seat, by=by, now=now),
        deal=deal,
        to=to_plan(deal),
        said=_("已撤下"),
        undo_url=reverse("negotiation:seat_restore", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    seat, by, now = _seat(request, pk), request.principal, timezone.now()
    deal = seat.plan.opportunity
    return pressed(
        request,
        lambda: actions.restore_seat(seat=seat, by=by, now=now),
        deal=deal,
        to=to_plan(deal),
        said=_("已恢复"),
    )


def _seat(request: StaffRequest, pk: int) -> Seat:
    visible = Seat.objects.visible_to(request.principal, "write")
    return get_object_or_404(
        visible.select_related("plan__opportunity__customer", "plan__opportunity__owner", "user", "contact"), pk=pk
    )


def _form(
    request: StaffRequest,
    deal: Opportunity,
    side: Side,
    *,
    initial: dict[str, Any] | None = None,
    keeping: Seat | None = None,
) -> SeatForm:
    """``keeping``: the seat that is changed; its person stays among the choices, wherever he works by now."""
    if side is Side.OURS:
        users = queries.seatable(deal)
        if keeping and keeping.user and keeping.user not in users:
            users.append(keeping.user)
        return SeatForm(typed(request), side=side, users=users, initial=initial)
    return SeatForm(typed(request), side=side, contacts=queries.people_of(deal), initial=initial)


def _guessed(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    asked = request.GET.get("contact", "")
    hint = (
        next((h for h in queries.hints_of(request.principal, deal) if str(h.contact.pk) == asked), None)
        if asked
        else None
    )
    if hint is None:
        return {}
    return {"contact": hint.contact.pk, "duty": hint.duty.value, "stand": hint.stand.value, "cares": hint.cares}


def _conflict(form: SeatForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Seat)
    return conflict_of(form, SeatForm.initial_of(current), current=current, who=saved_by(current))
