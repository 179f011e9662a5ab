from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import timeline_of
from tuoke.base.ui.http import screen, toast
from tuoke.spine.catalog import actions
from tuoke.spine.catalog.forms import CostForm, RenameForm, SourceForm
from tuoke.spine.catalog.models import LeadSource, SourceCost
from tuoke.spine.catalog.queries import costs_of, rolled_up, source_tree
from tuoke.spine.catalog.rules import DEPTH_LIMIT, said_yuan
from tuoke.spine.catalog.views.asking import may_write, tabs, two_sides, version_in


@require_safe
@needs(Permission.PROFILE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """The tree of sources with what each cost this year, what lies below it included."""
    today, tree = timezone.localdate(), source_tree()
    year = (date(today.year, 1, 1), date(today.year, 12, 31))
    costs = rolled_up(costs_of(request.principal, since=year[0], until=year[1]), tree)
    context = {
        "branches": [(branch, costs.get(branch.source.pk), branch.level + 1 < DEPTH_LIMIT) for branch in tree],
        "year": today.year,
        "may_write": may_write(request),
        "tabs": tabs("sources"),
    }
    return screen(request, "catalog/sources.html", context)


@require_safe
@needs(Permission.PROFILE_READ)
def source(request: StaffRequest, pk: int) -> HttpResponse:
    """One source: its costs, and who changed what."""
    return _source(request, _visible(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
@once
def new_source(request: StaffRequest) -> HttpResponseBase:
    parents = [
        (b.source.pk, "　" * b.level + b.source.name) for b in source_tree() if b.offered and b.level + 1 < DEPTH_LIMIT
    ]
    form = SourceForm(request.POST or None, parents=parents, initial={"parent": request.GET.get("below", "")})
    if request.method == "POST" and form.is_valid():
        name, below = form.cleaned_data["name"], form.cleaned_data["parent"]
        parent = LeadSource.objects.filter(pk=below).first() if below else None
        try:
            actions.add_source(name=name, parent=parent, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("来源已添加。"))
            return redirect("catalog:sources")
    status = 422 if request.method == "POST" else 200
    return screen(request, "catalog/source_form.html", {"form": form, "source": None, "version": 0}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
def edit_source(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    form = RenameForm(request.POST or None, initial={"name": found.name})
    context: dict[str, Any] = {"form": form, "source": found, "version": found.version}
    if request.method == "POST" and form.is_valid():
        name, version = form.cleaned_data["name"], version_in(request)
        try:
            actions.rename_source(source=found, version=version, name=name, by=request.principal, now=timezone.now())
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, LeadSource)
            context |= {"version": current.version, "url": reverse("catalog:source_edit", args=[pk])}
            context |= two_sides(current, {"name": name}, {"name": current.name})
            return screen(request, "catalog/source_form.html", context, status=409)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已改名，已有的线索跟着显示新名称。"))
            return redirect("catalog:source", pk)
    status = 422 if request.method == "POST" else 200
    return screen(request, "catalog/source_form.html", context, status=status)


@require_POST
@needs(Permission.CATALOG_WRITE)
def close_source(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.close_source(source=found, by=request.principal, now=timezone.now())
    undo = reverse("catalog:source_reopen", args=[pk])
    toast(request, _("已停用，新线索不能再选它；已有的线索不变。"), undo_url=undo)
    return redirect("catalog:sources")


@require_POST
@needs(Permission.CATALOG_WRITE)
def reopen_source(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.reopen_source(source=found, by=request.principal, now=timezone.now())
    toast(request, _("已恢复使用。"))
    return redirect("catalog:sources")


@require_POST
@needs(Permission.CATALOG_WRITE)
@once
def new_cost(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Note what was paid for this source; what can't be kept is said in its form on the source's page."""
    found = _visible(request, pk, "write")
    form = CostForm(request.POST)
    if form.is_valid():
        try:
            actions.enter_cost(draft=form.draft(found.pk), by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("费用已记下。"))
            return redirect("catalog:source", pk)
    return _source(request, found, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
def edit_cost(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _cost(request, pk)
    form = CostForm(request.POST or None, initial=CostForm.initial_of(found))
    context: dict[str, Any] = {"form": form, "cost": found, "source": found.source, "version": found.version}
    if request.method == "POST" and form.is_valid():
        draft, version = form.draft(found.source_id), version_in(request)
        try:
            actions.change_cost(cost=found, version=version, draft=draft, by=request.principal, now=timezone.now())
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, SourceCost)
            theirs = CostForm.initial_of(current)
            context |= {"version": current.version, "url": reverse("catalog:cost_edit", args=[pk])}
            context |= two_sides(current, _readable(form.cleaned_data), _readable(theirs))
            return screen(request, "catalog/cost_form.html", context, status=409)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect("catalog:source", found.source_id)
    status = 422 if request.method == "POST" else 200
    return screen(request, "catalog/cost_form.html", context, status=status)


@require_POST
@needs(Permission.CATALOG_WRITE)
def void_cost(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _cost(request, pk)
    actions.void_cost(cost=found, by=request.principal, now=timezone.now())
    toast(request, _("费用已作废，不再计入。"), undo_url=reverse("catalog:cost_restore", args=[pk]))
    return redirect("catalog:source", found.source_id)


@require_POST
@needs(Permission.CATALOG_WRITE)
def restore_cost(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _cost(request, pk)
    actions.restore_cost(cost=found, by=request.principal, now=timezone.now())
    toast(request, _("费用已恢复。"))
    return redirect("catalog:source", found.source_id)


def _source(
    request: StaffRequest, found: LeadSource, *, form: CostForm | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    costs = list(found.costs.all())
    listed = [cost for cost in costs if cost.voided_at is None]
    year = (date(today.year, 1, 1), date(today.year, 12, 31))
    context = {
        "source": found,
        "costs": listed,
        "voided": [cost for cost in costs if cost.voided_at is not None],
        "year": today.year,
        "spent": costs_of(request.principal, since=year[0], until=year[1]).get(found.pk),
        "form": form or CostForm(initial={"starts_on": today, "ends_on": today}),
        "events": timeline_of(thread=found),
        "may_write": may_write(request),
    }
    return screen(request, "catalog/source.html", context, status=status)


def _readable(said: dict[str, Any]) -> dict[str, Any]:
    return said | {"amount": said_yuan(said["amount"])}


def _visible(request: StaffRequest, pk: int, action: str = "read") -> LeadSource:
    return get_object_or_404(LeadSource.objects.visible_to(request.principal, action).select_related("parent"), pk=pk)


def _cost(request: StaffRequest, pk: int) -> SourceCost:
    return get_object_or_404(SourceCost.objects.visible_to(request.principal, "write").select_related("source"), pk=pk)
