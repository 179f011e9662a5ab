from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.spine.customers.models import Customer
from tuoke.steps.discovery import actions, queries
from tuoke.steps.discovery.forms import EditNeedForm, MoveForm, NeedForm, OrderForm, VersionForm
from tuoke.steps.discovery.models import KINDS, PRIORITIES, Need
from tuoke.steps.discovery.views.answering import (
    after,
    after_deal,
    complain,
    contacts_of,
    deal_of,
    done,
    kinds,
    list_context,
    need_of,
    pressed,
    shown,
    status,
)


@require_GET
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """《客户需求清单》 of a deal (region ``needs``); ``?kind=`` shows one kind only."""
    return shown(request, deal_of(request, pk))


@require_GET
@needs(Permission.NEED_READ)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """The list in short, for the deal page (region ``needs-panel``)."""
    deal = deal_of(request, pk)
    context = list_context(request, deal)
    sharing = queries.sharing_of(request.principal, deal, context["needs"].listed, now=timezone.now())
    return screen(request, "discovery/panel.html", context | {"sharing": sharing}, region="needs-panel")


@require_GET
@needs(Permission.NEED_READ)
def customer_panel(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer's needs that no deal has taken up, for his page (region ``customer-needs``)."""
    customer = get_object_or_404(Customer.objects.visible_to(request.principal), pk=pk)
    writable = Customer.objects.visible_to(request.principal, "write")
    may_write = request.principal.may(Permission.NEED_WRITE) and writable.filter(pk=pk).exists()
    loose = queries.loose_needs(request.principal, customer)
    context = {"customer": customer, "loose": loose, "may_write": may_write, "today": timezone.localdate()}
    return screen(request, "discovery/customer_panel.html", context, region="customer-needs")


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """List a need (region ``add-need``)."""
    deal = deal_of(request, pk, action="write")
    form = NeedForm(typed(request), contacts=contacts_of(deal.customer_id))
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        if done(form, lambda: actions.add_need(deal=deal, draft=form.draft, by=by, now=now)):
            toast(request, _("已加入需求清单"))
            return after_deal(request, deal)
    context = {"form": form, "deal": deal, "kinds": kinds(), "is_part": wants_part(request)}
    return screen(request, "discovery/add.html", context, region="add-need", status=status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a need in its place (region ``edit-need``). A stale version shows both sides."""
    need = need_of(request, pk)
    form = EditNeedForm(
        typed(request), contacts=contacts_of(need.customer_id), initial=initial(need), prefix=f"need{need.pk}"
    )
    context: dict[str, Any] = {"form": form, "need": need, "deal": need.opportunity, "kinds": kinds()}
    context["is_part"] = wants_part(request)
    if request.method == "POST" and form.is_valid():
        by, now, version = request.principal, timezone.now(), form.cleaned_data["version"]
        try:
            if done(form, lambda: actions.edit_need(need=need, version=version, draft=form.draft, by=by, now=now)):
                toast(request, _("已修改"))
                return after(request, need)
        except Conflict as conflict:
            context["rows"] = two_sides(form, conflict)
            return screen(request, "discovery/edit.html", context, region="edit-need", status=409)
    return screen(request, "discovery/edit.html", context, region="edit-need", status=status(form))


@require_POST
@needs(Permission.NEED_WRITE)
def confirm(request: StaffRequest, pk: int) -> HttpResponseBase:
    """客户已确认, today or on the day that was given, in the manner that was given."""
    need, form = need_of(request, pk), VersionForm(request.POST)
    if not form.is_valid():
        return complain(request, _("日期请写成 2026-11-20"), then=lambda: after(request, need))
    given, by, now = form.cleaned_data, request.principal, timezone.now()
    on, version, how = given["on"] or timezone.localdate(), given["version"], given["how"]
    return pressed(
        request,
        lambda: actions.confirm_need(need=need, version=version, on=on, how=how, by=by, now=now),
        said=_("已记下客户的确认"),
        then=lambda: after(request, need),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Off the list, or a draft dropped."""
    need, form = need_of(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw_need(need=need, version=version, by=by, now=now),
        said=_("已撤回"),
        then=lambda: after(request, need),
        undo_url=reverse("discovery:restore", args=[need.pk]),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    need, by, now = need_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.restore_need(need=need, by=by, now=now),
        said=_("已恢复"),
        then=lambda: after(request, need),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def adopt(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The customer's needs that belong to no deal become this deal's."""
    deal, by, now = deal_of(request, pk, action="write"), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.adopt_needs(deal=deal, by=by, now=now),
        said=_("已归入本商机"),
        then=lambda: after_deal(request, deal),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def reorder(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The order made by dragging: ``order`` is ids with commas; without it the order by kind and priority again."""
    deal, form = deal_of(request, pk, action="write"), OrderForm(request.POST)
    by, now = request.principal, timezone.now()
    if "order" not in request.POST:
        return pressed(
            request,
            lambda: actions.order_by_urgency(deal=deal, by=by, now=now),
            said=_("已按类型和优先级排列"),
            then=lambda: after_deal(request, deal),
        )
    if not form.is_valid():
        return complain(request, _("顺序没有保存，请再拖一次。"), then=lambda: after_deal(request, deal))
    return pressed(
        request,
        lambda: actions.reorder(deal=deal, order=form.ids, by=by, now=now),
        said="",
        then=lambda: after_deal(request, deal),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One place up or down, for those who don't drag."""
    need, form = need_of(request, pk), MoveForm(request.POST)
    deal, by, now = need.opportunity, request.principal, timezone.now()
    if deal is None or not form.is_valid():
        return after(request, need)
    order = [listed.pk for listed in queries.needs_of(by, deal).listed]
    if need.pk in order:
        place = order.index(need.pk)
        other = place + (1 if form.cleaned_data["to"] == "down" else -1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    return pressed(
        request,
        lambda: actions.reorder(deal=deal, order=order, by=by, now=now),
        said="",
        then=lambda: after_deal(request, deal),
    )


def initial(need: Need) -> dict[str, Any]:
    names = ("kind", "description", "priority", "confirmed_on", "confirmed_how", "pain", "impact", "said_by_customer")
    return {name: getattr(need, name) for name in (*names, "version")} | {"contact": need.contact_id or ""}


def two_sides(form: NeedForm, conflict: Conflict) -> list[tuple[str, object, object]]:
    current, mine = conflict.current, form.draft
    assert isinstance(current, Need)
    kind_names, priorities = dict(KINDS), dict(PRIORITIES)
    return [
        (_("需求类型"), kind_names[mine.kind.value], kind_names.get(current.kind, "—")),
        (_("需求描述"), mine.description, current.description),
        (_("优先级"), priorities[mine.priority.value], priorities[current.priority]),
        (_("背后的痛点"), mine.pain, current.pain),
        (_("业务影响"), mine.impact, current.impact),
        (_("确认时间"), mine.confirmed_on, current.confirmed_on),
    ]
