from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.resources import actions, queries, words
from tuoke.steps.targeting.resources.forms import (
    ReasonForm,
    RefusableForm,
    ReturnForm,
    StatementForm,
    VersionForm,
    WishForm,
)
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.views.supplies import resource_page, row_of, visible
from tuoke.steps.targeting.resources.views.tabs import tabs_of

LISTED = 100


@require_safe
@needs(Permission.RESOURCE_REQUEST)
def mine(request: StaffRequest) -> HttpResponse:
    """我的申请."""
    rows = [row_of(request, allocation) for allocation in queries.requests_of(request.principal)[:LISTED]]
    context = {"rows": rows, "tabs": tabs_of(request.principal, "mine"), "page": "mine"}
    return screen(request, "resources/requests.html", context, region="list")


@require_safe
@needs(Permission.RESOURCE_REQUEST)
def waiting(request: StaffRequest) -> HttpResponse:
    """待我审批: 重点攻坚 first."""
    rows = [row_of(request, allocation) for allocation in queries.waiting_requests(request.principal)[:LISTED]]
    context = {"rows": rows, "tabs": tabs_of(request.principal, "waiting"), "page": "waiting"}
    return screen(request, "resources/requests.html", context, region="list")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RESOURCE_REQUEST)
@once
def ask(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Ask for a part of a resource."""
    found, who = visible(request, pk), request.principal
    me = list(User.objects.filter(pk=who.user_id or 0, department__isnull=False))
    form = WishForm(
        request.POST or None,
        departments=queries.departments_asked_for(who),
        people=me,
        resource=found,
        today=timezone.localdate(),
    )
    return _wish(request, found, form, actions.request, title=_("申请资源"), done=_("申请已提交，等负责人审批。"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RESOURCE_REQUEST)
@once
def allocate(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Give a part of a resource without being asked."""
    found = visible(request, pk, "write")
    departments, people = queries.receivers(request.principal, found)
    form = WishForm(
        request.POST or None, departments=departments, people=people, resource=found, today=timezone.localdate()
    )
    return _wish(request, found, form, actions.allocate, title=_("分配资源"), done=_("已分配。"))


@require_POST
@needs(Permission.RESOURCE_REQUEST)
def approve(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decide(request, pk, VersionForm(request.POST), actions.approve, _("已批准。"), action="decide")


@require_POST
@needs(Permission.RESOURCE_REQUEST)
def reject(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decide(request, pk, ReasonForm(request.POST), actions.reject, _("已驳回。"), action="decide")


@require_POST
@needs(Permission.RESOURCE_REQUEST)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decide(request, pk, VersionForm(request.POST), actions.withdraw, _("申请已撤回。"), action="write")


@require_POST
@needs(Permission.RESOURCE_REQUEST)
def give_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _decide(request, pk, ReturnForm(request.POST), actions.give_back, _("已归还。"), action="write")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RESOURCE_WRITE)
def none_needed(request: StaffRequest, campaign: int) -> HttpResponseBase:
    """Say that a campaign needs no resources, and why."""
    found = get_object_or_404(Campaign, pk=campaign)
    said = queries.none_needed(found)
    form = StatementForm(request.POST or None, initial={"reason": said.reason if said else ""})
    back = reverse("targeting:campaign", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        try:
            actions.need_none(
                campaign=found, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已说明不需要资源。"))
            return redirect(back)
    context = {"campaign": found, "form": form, "said": said, "back": back}
    status = 422 if request.method == "POST" else 200
    return screen(request, "resources/none_needed.html", context, region="form", status=status)


@require_POST
@needs(Permission.RESOURCE_WRITE)
def some_needed(request: StaffRequest, campaign: int) -> HttpResponseBase:
    """Take that back."""
    found = get_object_or_404(Campaign, pk=campaign)
    try:
        actions.need_some(campaign=found, by=request.principal, now=timezone.now())
    except Refused as refused:
        toast(request, "；".join(words.right(reason) for reason in refused.verdict.reasons))
    return redirect("targeting:campaign", found.pk)


def _wish(
    request: StaffRequest, found: Resource, form: WishForm, verb: Callable[..., Allocation], *, title: str, done: str
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            verb(resource=found, wish=form.wish, by=request.principal, now=timezone.now())
        except Resource.DoesNotExist as error:
            raise Http404 from error
        except Refused as refused:
            form.refuse(refused.verdict.reasons, unit=found.unit)
        else:
            toast(request, done)
            return redirect(found)
    uses = queries.uses_of(found)
    context = {
        "resource": found,
        "form": form,
        "title": title,
        "standing": queries.standing_of(found, uses, today=timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return screen(request, "resources/wish.html", context, region="form", status=status)


def _decide(
    request: StaffRequest, pk: int, form: RefusableForm, verb: Callable[..., Allocation], done: str, *, action: str
) -> HttpResponseBase:
    """One verb about one allocation; every answer is the resource's page, where all of it is seen."""
    visible_ones = Allocation.objects.visible_to(request.principal, action).select_related("resource__owner")
    found = get_object_or_404(visible_ones, pk=pk)
    resource = visible(request, found.resource_id)
    if not form.is_valid():
        errors = [
            f"{form[name].label}：{text}"
            for name, texts in form.errors.items()
            for text in texts
            if name in form.fields
        ]
        return resource_page(request, resource, status=422, wrong=errors)
    try:
        verb(allocation=found, **_said(form), by=request.principal, now=timezone.now())
    except Conflict:
        return resource_page(request, resource, stale=True, status=409)
    except Refused as refused:
        return resource_page(request, resource, refused=refused.verdict.reasons, status=422)
    toast(request, done)
    return redirect(_back(request, resource))


def _said(form: RefusableForm) -> dict[str, Any]:
    return dict(form.cleaned_data)


def _back(request: StaffRequest, resource: Resource) -> str:
    """To the list from which one decided, else to the resource."""
    lists = {name: reverse(f"resources:{name}") for name in ("mine", "waiting")}
    return lists.get(request.POST.get("back", ""), resource.get_absolute_url())
