"""What is delivered: the list, its items, their way to the customer."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.spine.deals.doors import is_open
from tuoke.steps.contracts.deliveries import actions, queries
from tuoke.steps.contracts.deliveries.forms import DeliverForm, ItemForm, PaperForm, SendForm
from tuoke.steps.contracts.deliveries.models import DeliveryItem
from tuoke.steps.contracts.deliveries.rules import LINK_USUAL
from tuoke.steps.contracts.deliveries.views.showing import (
    acceptance_of,
    asked,
    deal_of,
    item_of,
    pressed,
    shown,
    worked_on,
)

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@needs(Permission.PROJECT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The first delivery of a deal (region ``delivery``)."""
    return shown(request, deal_of(request, pk))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal = worked_on(request, pk)
    form = ItemForm(typed(request), milestones=queries.milestones_of(deal))
    return asked(
        request,
        deal,
        form,
        lambda: actions.add_item(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        ready=is_open(deal),
        title=_("加一项交付"),
        said=_("已加入交付清单"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version shows both sides (409)."""
    item = item_of(request, pk)
    milestones = queries.milestones_of(item.opportunity)
    form = ItemForm(typed(request), milestones=milestones, initial=ItemForm.initial_of(item))
    lead = _("客户正在看这一项。改了内容，他要按新的内容再看一遍。") if item.state == "delivered" else ""

    def act() -> DeliveryItem:
        version = form.cleaned_data["version"] or 0
        return actions.edit_item(item=item, version=version, draft=form.draft, by=request.principal, now=timezone.now())

    return asked(
        request, item.opportunity, form, act, ready=queries.ready_to_edit(item), title=_("修改交付内容"), lead=lead,
        said=_("已保存"),
    )  # fmt: skip


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def deliver(request: StaffRequest, pk: int) -> HttpResponseBase:
    item = item_of(request, pk)
    form = DeliverForm(typed(request), initial={"on": timezone.localdate()})
    return asked(
        request,
        item.opportunity,
        form,
        lambda: actions.deliver(
            item=item,
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            by=request.principal,
            now=timezone.now(),
        ),
        ready=queries.ready_to_deliver(item),
        title=_("登记交付：%(title)s") % {"title": item.title},
        said=_("已交付，等客户验收"),
        undo_url=reverse("deliveries:undeliver", args=[pk]),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def paper(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The customer signed a sheet: what it says is entered, its scan kept beside it."""
    item = item_of(request, pk)
    contacts = queries.people_of(item.opportunity)
    initial = {"on": timezone.localdate(), "answer": "accepted"}
    sent = typed(request)
    form = PaperForm(sent, files=None if sent is None else request.FILES, contacts=contacts, initial=initial)
    return asked(
        request,
        item.opportunity,
        form,
        lambda: actions.accept_on_paper(
            item=item, draft=form.draft, sheets=form.cleaned_data["sheets"], by=request.principal, now=timezone.now()
        ),
        ready=queries.ready_to_answer(item),
        title=_("录入签字的验收单：%(title)s") % {"title": item.title},
        lead=_("照客户签字的单据录入。"),
        said=_("验收结果已录入"),
    )


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def send(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Make the private link by which the customer accepts."""
    deal = worked_on(request, pk)
    initial = {"expires_on": timezone.localdate() + LINK_USUAL}
    form = SendForm(typed(request), contacts=queries.people_of(deal), initial=initial)
    return asked(
        request,
        deal,
        form,
        lambda: actions.send(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        ready=queries.ready_to_send(deal),
        title=_("请客户验收"),
        lead=_("客户在手机上打开链接，逐项确认、打分，也能直接报问题。"),
        said=_("链接已生成，复制后发给客户"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def undeliver(request: StaffRequest, pk: int) -> HttpResponseBase:
    item, by, now = item_of(request, pk), request.principal, timezone.now()
    said = _("已改回未交付")
    return pressed(request, item.opportunity, lambda: actions.undeliver(item=item, by=by, now=now), said=said)


@require_POST
@needs(Permission.PROJECT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    item, by, now = item_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        item.opportunity,
        lambda: actions.withdraw_item(item=item, by=by, now=now),
        said=_("已移除“%(title)s”") % {"title": item.title},
        undo_url=reverse("deliveries:restore", args=[pk]),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    item, by, now = item_of(request, pk), request.principal, timezone.now()
    said = _("已恢复")
    return pressed(request, item.opportunity, lambda: actions.restore_item(item=item, by=by, now=now), said=said)


@require_POST
@needs(Permission.PROJECT_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``way``: up or down."""
    item, by, now = item_of(request, pk), request.principal, timezone.now()
    places = -1 if request.POST.get("way") == "up" else 1
    return pressed(
        request,
        item.opportunity,
        lambda: actions.move_item(item=item, by_places=places, by=by, now=now),
        said=_("顺序已调整"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def take_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    """An acceptance that we entered wrongly."""
    acceptance, by, now = acceptance_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        acceptance.opportunity,
        lambda: actions.take_back_acceptance(acceptance=acceptance, by=by, now=now),
        said=_("录入的验收结果已撤回，这一项重新等客户验收"),
    )
