"""采购标准与流程: what the customer chooses by, in his order, and how he buys."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import actions, queries, words
from tuoke.steps.discovery.decisions.forms import CriterionForm, ProcessForm
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, PurchaseProcess
from tuoke.steps.discovery.decisions.places import to_criteria
from tuoke.steps.discovery.decisions.rules import FACTORS_ASKED
from tuoke.steps.discovery.decisions.views.showing import (
    common,
    found_deal,
    people_of,
    pressed,
)

MOST_KEYS = 30


@require_GET
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The list in the customer's order, and his way of buying (region ``criteria``)."""
    return _shown(request, found_deal(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEED_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One more factor (region ``criterion-form``)."""
    deal = found_deal(request, pk, action="write")
    form = _form(request, deal)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_criterion(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加入采购标准"))
            return renewed(request, lambda: _shown(request, deal), to=to_criteria(deal))
    context = {"deal": deal, "form": form, "url": request.path, "title": _("加一条采购标准")}
    return screen(request, "decisions/criterion.html", context, region="criterion-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEED_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one (region ``criterion-form``). A stale version shows both sides (409)."""
    criterion = _criterion(request, pk)
    deal = criterion.opportunity
    form = _form(request, deal, initial=CriterionForm.initial_of(criterion), keeping=criterion.competitor)
    context = {"deal": deal, "form": form, "url": request.path, "title": criterion.text, "criterion": criterion}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.edit_criterion(
                criterion=criterion, version=version, draft=form.draft, by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, CriterionForm, conflict)
            return screen(request, "decisions/criterion.html", context, region="criterion-form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: _shown(request, deal), to=to_criteria(deal))
    return screen(request, "decisions/criterion.html", context, region="criterion-form", status=status_of(form))


@require_POST
@needs(Permission.NEED_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """To another place (``to`` from 0), by drag, by keys, or back again by 撤销 (``?to=``)."""
    criterion = _criterion(request, pk)
    to = request.POST.get("to") or request.GET.get("to", "")
    if not to.isdecimal() or len(to) > 4:
        raise Http404
    deal, by, now = criterion.opportunity, request.principal, timezone.now()

    def act() -> None:
        was = actions.move_criterion(criterion=criterion, to=int(to), by=by, now=now)
        if was != int(to):
            place = reverse("decisions:criterion_move", args=[pk])
            toast(request, _("顺序已改"), undo_url=f"{place}?to={was}")

    return pressed(request, act, lambda: _shown(request, deal), to=to_criteria(deal))


@require_POST
@needs(Permission.NEED_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    criterion, by, now = _criterion(request, pk), request.principal, timezone.now()
    deal = criterion.opportunity
    return pressed(
        request,
        lambda: actions.withdraw_criterion(criterion=criterion, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_criteria(deal),
        said=_("已撤回"),
        undo_url=reverse("decisions:criterion_restore", args=[pk]),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    criterion, by, now = _criterion(request, pk), request.principal, timezone.now()
    deal = criterion.opportunity
    return pressed(
        request,
        lambda: actions.restore_criterion(criterion=criterion, by=by, now=now),
        lambda: _shown(request, deal),
        to=to_criteria(deal),
        said=_("已恢复"),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def split(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What is left of 100, evenly among those without a weight."""
    deal = found_deal(request, pk, action="write")

    def act() -> None:
        keys = actions.split_weights(deal=deal, by=request.principal, now=timezone.now())
        undo = reverse("decisions:weights_unsplit", args=[pk])
        toast(request, _("已平分"), undo_url=f"{undo}?keys={','.join(map(str, keys))}")

    return pressed(request, act, lambda: _shown(request, deal), to=to_criteria(deal))


@require_POST
@needs(Permission.NEED_WRITE)
def unsplit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take a split back: ``?keys=`` have no weight again."""
    deal = found_deal(request, pk, action="write")
    keys = [int(key) for key in request.GET.get("keys", "").split(",") if key.isdecimal() and len(key) < 18]
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.clear_weights(deal=deal, keys=keys[:MOST_KEYS], by=by, now=now),
        lambda: _shown(request, deal),
        to=to_criteria(deal),
        said=_("已撤销"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEED_WRITE)
def process(request: StaffRequest, pk: int) -> HttpResponseBase:
    """采购流程 (region ``process-form``); a stale version shows both sides (409)."""
    deal = found_deal(request, pk, action="write")
    form = ProcessForm(typed(request), initial=ProcessForm.initial_of(queries.process_of(request.principal, deal)))
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.set_process(deal=deal, version=version, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, ProcessForm, conflict)
            return screen(request, "decisions/process.html", context, region="process-form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: _shown(request, deal), to=to_criteria(deal))
    return screen(request, "decisions/process.html", context, region="process-form", status=status_of(form))


def _criterion(request: StaffRequest, pk: int) -> PurchaseCriterion:
    visible = PurchaseCriterion.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner", "competitor"), pk=pk)


def _form(
    request: StaffRequest,
    deal: Opportunity,
    *,
    initial: dict[str, Any] | None = None,
    keeping: Competitor | None = None,
) -> CriterionForm:
    """``keeping``: the competitor that was named, also when the catalogue lists it no more."""
    rivals = list(Competitor.objects.visible_to(request.principal).listed())
    if keeping is not None and keeping not in rivals:
        rivals.append(keeping)
    return CriterionForm(typed(request), contacts=people_of(deal), competitors=rivals, initial=initial)


def _shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    who = request.principal
    criteria = queries.criteria_of(who, deal)
    context = common(request, deal, current="criteria")
    context |= {
        "criteria": criteria,
        "process": queries.process_of(who, deal),
        "factors": FACTORS_ASKED,
        "last": len(criteria.listed) - 1,
    }
    if context["may_write"]:
        context["form"] = _blank(request, deal)
        context["url"] = reverse("decisions:criterion_add", args=[deal.pk])
    return screen(request, "decisions/criteria.html", context, region="criteria")


def _blank(request: StaffRequest, deal: Opportunity) -> CriterionForm:
    rivals = list(Competitor.objects.visible_to(request.principal).listed())
    return CriterionForm(contacts=people_of(deal), competitors=rivals)


def _conflict(form: CriterionForm | ProcessForm, kind: Any, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert current is None or isinstance(current, PurchaseCriterion | PurchaseProcess)
    theirs = kind.initial_of(current) if current else {}
    return {"rows": two_sides(form, theirs, names=words.FIELD_NAMES), "who": saved_by(current)}
