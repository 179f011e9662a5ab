"""回款 of a deal: the schedule, what has come in, and the verbs on the schedule."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.steps.contracts.payments import actions, queries
from tuoke.steps.contracts.payments.forms import InstalmentForm
from tuoke.steps.contracts.payments.views.showing import asked, deal_of, instalment_of, pressed, shown

MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@needs(Permission.PAYMENT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Region ``payments``."""
    return shown(request, deal_of(request, pk))


@require_POST
@needs(Permission.PAYMENT_WRITE)
@once
def draft(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One press: the instalments of the contract's payment clause."""
    deal = deal_of(request, pk)
    act = lambda: actions.draft_schedule(deal=deal, by=request.principal, now=timezone.now())  # noqa: E731
    return pressed(request, deal, act, said=_("已按合同排出各期，请核对日期"))


@require_POST
@needs(Permission.PAYMENT_WRITE)
def link(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What waits for something gets the day of the kick-off plan's line."""
    deal = deal_of(request, pk)
    act = lambda: actions.link_to_plan(deal=deal, by=request.principal, now=timezone.now())  # noqa: E731
    return pressed(request, deal, act, said=_("已接上启动计划，计划顺延时日期跟着走"))


@MAYBE_POST
@needs(Permission.PAYMENT_WRITE)
@once
def new(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal = deal_of(request, pk)
    basis, _contract = queries.basis_of(deal)
    form = InstalmentForm(typed(request), milestones=queries.milestones_of(deal), whole=basis.amount)
    return asked(
        request,
        deal,
        form,
        lambda: actions.add_instalment(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("加一期"),
        said=_("已加入回款计划"),
    )


@MAYBE_POST
@needs(Permission.PAYMENT_WRITE)
@once
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version shows both sides (409)."""
    row = instalment_of(request, pk)
    deal = row.opportunity
    basis, _contract = queries.basis_of(deal)
    form = InstalmentForm(
        typed(request), milestones=queries.milestones_of(deal), whole=basis.amount, event=row.event,
        initial=InstalmentForm.initial_of(row),
    )  # fmt: skip
    return asked(
        request,
        deal,
        form,
        lambda: actions.edit_instalment(
            instalment=row, version=form.cleaned_data["version"] or 0, draft=form.draft, by=request.principal,
            now=timezone.now(),
        ),
        title=_("修改 %(name)s") % {"name": row.name},
        said=_("已保存"),
    )  # fmt: skip


@require_POST
@needs(Permission.PAYMENT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    row = instalment_of(request, pk)
    act = lambda: actions.withdraw_instalment(instalment=row, by=request.principal, now=timezone.now())  # noqa: E731
    undo = reverse("payments:restore", args=[pk])
    return pressed(request, row.opportunity, act, said=_("已撤销“%(name)s”") % {"name": row.name}, undo_url=undo)


@require_POST
@needs(Permission.PAYMENT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    row = instalment_of(request, pk)
    act = lambda: actions.restore_instalment(instalment=row, by=request.principal, now=timezone.now())  # noqa: E731
    return pressed(request, row.opportunity, act, said=_("已恢复“%(name)s”") % {"name": row.name})
