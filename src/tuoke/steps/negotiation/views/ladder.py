"""让步阶梯: pairs of give and get, in the order in which they are given."""

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
from tuoke.base.kernel.ordering import moved
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.answering import renewed
from tuoke.steps.negotiation import actions, queries
from tuoke.steps.negotiation.forms import ConcessionForm
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.places import to_ladder
from tuoke.steps.negotiation.rules import MOST_CONCESSIONS, ConcessionDraft
from tuoke.steps.negotiation.views.showing import (
    conflict_of,
    found_deal,
    number_in,
    pressed,
    shown,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One more pair (region ``form``)."""
    deal = found_deal(request, pk, action="write")
    form = ConcessionForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_concession(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加入让步清单"))
            return renewed(request, lambda: shown(request, deal), to=to_ladder(deal))
    context = {"deal": deal, "form": form, "url": request.path, "title": _("加一条让步"), "is_new": True}
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def take_idea(request: StaffRequest, pk: int, key: str) -> HttpResponseBase:
    """A pair from the starter list, as it stands there; changed afterwards."""
    deal = found_deal(request, pk, action="write")
    idea = queries.idea(key)
    if idea is None:
        raise Http404
    draft = ConcessionDraft(give=idea.give, get=idea.get, kind=idea.kind, authority=idea.authority)
    by, now = request.principal, timezone.now()

    def act() -> None:
        made = actions.add_concession(deal=deal, draft=draft, by=by, now=now)
        toast(request, _("已加入让步清单"), undo_url=reverse("negotiation:concession_withdraw", args=[made.pk]))

    return pressed(request, act, deal=deal, to=to_ladder(deal))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one (region ``form``); a stale version shows both sides (409)."""
    concession = _concession(request, pk)
    deal = concession.plan.opportunity
    form = ConcessionForm(typed(request), initial=ConcessionForm.initial_of(concession))
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": concession.give}
    if request.method == "POST" and form.is_valid():
        version, by = form.cleaned_data["version"] or 0, request.principal
        try:
            actions.edit_concession(concession=concession, version=version, draft=form.draft, by=by, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, conflict)
            return screen(request, "negotiation/form.html", context, region="form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: shown(request, deal), to=to_ladder(deal))
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def order(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The whole order, by drag (``order``: keys by comma), or back again by 撤销 (``?order=``)."""
    said = request.POST.get("order") or request.GET.get("order", "")
    return _ordered(request, pk, [number_in(key) for key in said.split(",")[: 2 * MOST_CONCESSIONS] if key])


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """To another place (``to`` from 0), by the arrows."""
    concession, to = _concession(request, pk), number_in(request.POST.get("to"))
    deal = concession.plan.opportunity
    keys = [c.pk for c in queries.ladder_of(request.principal, deal).listed]
    return _ordered(request, deal.pk, list(moved(keys, pk, to=to)) if pk in keys else keys)


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    concession, by, now = _concession(request, pk), request.principal, timezone.now()
    deal = concession.plan.opportunity
    return pressed(
        request,
        lambda: actions.withdraw_concession(concession=concession, by=by, now=now),
        deal=deal,
        to=to_ladder(deal),
        said=_("已撤回"),
        undo_url=reverse("negotiation:concession_restore", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    concession, by, now = _concession(request, pk), request.principal, timezone.now()
    deal = concession.plan.opportunity
    return pressed(
        request,
        lambda: actions.restore_concession(concession=concession, by=by, now=now),
        deal=deal,
        to=to_ladder(deal),
        said=_("已恢复"),
    )


def _ordered(request: StaffRequest, pk: int, keys: list[int]) -> HttpResponseBase:
    deal, by, now = found_deal(request, pk, action="write"), request.principal, timezone.now()

    def act() -> None:
        before = actions.order_ladder(deal=deal, order=keys, by=by, now=now)
        if before != keys:
            back = reverse("negotiation:ladder_order", args=[pk])
            toast(request, _("顺序已改"), undo_url=f"{back}?order={','.join(map(str, before))}")

    return pressed(request, act, deal=deal, to=to_ladder(deal))


def _concession(request: StaffRequest, pk: int) -> Concession:
    visible = Concession.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("plan__opportunity__customer", "plan__opportunity__owner"), pk=pk)


def _conflict(form: ConcessionForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Concession)
    return conflict_of(form, ConcessionForm.initial_of(current), current=current, who=saved_by(current))
