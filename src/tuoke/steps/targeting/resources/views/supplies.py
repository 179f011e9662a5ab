from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Reason, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.steps.targeting.resources import actions, queries, words
from tuoke.steps.targeting.resources.forms import KindForm, SupplyForm
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.rules import Status, Stretch
from tuoke.steps.targeting.resources.views.tabs import tabs_of

UNITS = ("份", "人天", "元", "个")


@require_safe
@needs(Permission.RESOURCE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """资源: everything that there is, with what is taken of it (region ``list``)."""
    form = KindForm(request.GET)
    is_valid = form.is_valid()
    asked = form.cleaned_data if is_valid else {}
    found = queries.standings(
        request.principal, today=timezone.localdate(), kind=asked.get("kind", ""), over=asked.get("over", False)
    )
    context = {
        "form": form,
        "rows": found,
        "asked": any(asked.values()),
        "may_write": request.principal.may(Permission.RESOURCE_WRITE),
        "may_request": request.principal.may(Permission.RESOURCE_REQUEST),
        "tabs": tabs_of(request.principal, "index"),
    }
    return screen(request, "resources/index.html", context, region="list", status=200 if is_valid else 422)


@require_safe
@needs(Permission.RESOURCE_READ)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One resource: how much is free and when, who has it, who asks for it (region ``resource``)."""
    return resource_page(request, visible(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RESOURCE_WRITE)
@once
def new(request: StaffRequest) -> HttpResponseBase:
    who, today = request.principal, timezone.localdate()
    initial: dict[str, Any] = {"owner": who.user_id, "starts_on": today, "ends_on": today.replace(month=12, day=31)}
    initial |= {"campaign": request.GET.get("campaign", "")} if request.GET.get("campaign", "").isdigit() else {}
    form = SupplyForm(request.POST or None, owners=queries.manageable_owners(who), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_resource(supply=form.supply, by=who, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("资源已登记，大家可以申请了。"))
            return redirect(made)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RESOURCE_REQUEST)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = visible(request, pk, "write")
    owners = [*queries.manageable_owners(request.principal), found.owner]
    form = SupplyForm(request.POST or None, owners=owners, initial=SupplyForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_resource(
                resource=found,
                version=version_of(request),
                supply=form.supply,
                by=request.principal,
                now=timezone.now(),
            )
        except Conflict as conflict:
            return _conflict(request, form, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons, unit=form.cleaned_data["unit"])
        else:
            toast(request, _("已保存。"))
            return redirect(found)
    return _form(request, form, found)


@require_POST
@needs(Permission.RESOURCE_REQUEST)
def void(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = visible(request, pk, "write")
    try:
        actions.void_resource(resource=found, version=version_of(request), by=request.principal, now=timezone.now())
    except Conflict:
        return resource_page(request, visible(request, pk), status=409, stale=True)
    except Refused as refused:
        return resource_page(request, found, refused=refused.verdict.reasons, status=422)
    toast(request, _("资源已作废。"), undo_url=reverse("resources:restore", args=[pk]))
    return after_post(request, lambda: resource_page(request, visible(request, pk)), to=found.get_absolute_url())


@require_POST
@needs(Permission.RESOURCE_REQUEST)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = visible(request, pk, "write")
    actions.restore_resource(resource=found, by=request.principal, now=timezone.now())
    toast(request, _("资源已恢复。"))
    return after_post(request, lambda: resource_page(request, visible(request, pk)), to=found.get_absolute_url())


def resource_page(
    request: StaffRequest,
    found: Resource,
    *,
    refused: tuple[Reason, ...] = (),
    stale: bool = False,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    who, today = request.principal, timezone.localdate()
    uses = queries.uses_of(found)
    rows = [row_of(request, a) for a in queries.allocations_of(who, found)]
    manages = Resource.objects.visible_to(who, "write").filter(pk=found.pk).exists()
    context = {
        "resource": found,
        "standing": queries.standing_of(found, uses, today=today),
        "line": [_bar(found, stretch) for stretch in queries.time_line(found, uses)],
        "waiting": sorted(
            (row for row in rows if row["allocation"].status == Status.REQUESTED),
            key=lambda row: (row["allocation"].priority, row["allocation"].pk),
        ),
        "held": [row for row in rows if row["allocation"].status == Status.APPROVED],
        "past": [row for row in rows if row["allocation"].status not in {Status.REQUESTED, Status.APPROVED}],
        "events": timeline_of(thread=found) if manages or who.may(Permission.RESOURCE_WRITE) else [],
        "manages": manages,
        "may_request": who.may(Permission.RESOURCE_REQUEST) and found.voided_at is None and found.ends_on >= today,
        "refused": [words.right(reason, unit=found.unit) for reason in refused],
        "stale": stale,
        **extra,
    }
    return screen(request, "resources/detail.html", context, region="resource", status=status)


def row_of(request: StaffRequest, allocation: Allocation) -> dict[str, Any]:
    """An allocation with what this person may do about it. Load resource, department, user with it."""
    who = request.principal
    own = who.user_id is not None and who.user_id in {allocation.requester_id, allocation.user_id}
    return {
        "allocation": allocation,
        "whom": allocation.user.name if allocation.user else allocation.department.name,
        "may_withdraw": allocation.requester_id == who.user_id and allocation.status == Status.REQUESTED,
        "may_return": own and allocation.status == Status.APPROVED and who.may(Permission.RESOURCE_REQUEST),
    }


def visible(request: StaffRequest, pk: int, action: str = "read") -> Resource:
    found = Resource.objects.visible_to(request.principal, action).select_related("owner", "campaign")
    return get_object_or_404(found, pk=pk)


def version_of(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", "")[:12])
    except ValueError as error:
        raise Http404 from error


def _bar(resource: Resource, stretch: Stretch) -> dict[str, Any]:
    return {
        "stretch": stretch,
        "free": resource.quantity - stretch.taken,
        "percent": min(int(stretch.taken * 100 / resource.quantity), 100),
        "is_one_day": stretch.starts_on == stretch.ends_on,
    }


def _form(request: StaffRequest, form: SupplyForm, found: Resource | None = None, **extra: Any) -> HttpResponse:
    status = extra.pop("status", 422 if request.method == "POST" else 200)
    version = found.version if found else 0
    if request.method == "POST" and status == 422 and request.POST.get("version", "").isdecimal():
        version = int(request.POST["version"][:12])  # what was seen stays what was seen
    context = {"form": form, "resource": found, "version": version, "units": UNITS, **extra}
    return screen(request, "resources/form.html", context, region="form", status=status)


def _conflict(request: StaffRequest, form: SupplyForm, current: object) -> HttpResponse:
    """Both sides where they differ; what was typed stays, and saving once more is a decision."""
    assert isinstance(current, Resource)
    now = Resource.objects.select_related("owner", "campaign").get(pk=current.pk)
    mine = form.supply
    pairs = {
        name: (getattr(mine, name), getattr(now, name))
        for name in ("name", "unit", "quantity", "starts_on", "ends_on", "note")
    }
    pairs["kind"] = (form.cleaned_data["kind"], now.kind)
    pairs["owner"] = (form.cleaned_data["owner"], now.owner)
    pairs["campaign"] = (form.cleaned_data["campaign"], now.campaign)
    rows = [(words.FIELDS[name], a, b) for name, (a, b) in pairs.items() if a != b]
    last = history_of(now).first()
    return _form(
        request, form, now, rows=rows, who=last.actor_name if last else "", url=now.get_absolute_url(), status=409
    )
