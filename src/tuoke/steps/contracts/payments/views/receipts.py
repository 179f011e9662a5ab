"""到账 and 退款: entered, withdrawn, brought back, set against another instalment."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.payments import actions
from tuoke.steps.contracts.payments.forms import AssignForm, MoneyForm, RefundForm, WithdrawForm
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.payments.rules import MOST_INSTALMENTS, Method
from tuoke.steps.contracts.payments.views.plan import MAYBE_POST
from tuoke.steps.contracts.payments.views.showing import asked, deal_of, pressed, receipt_of


@MAYBE_POST
@needs(Permission.PAYMENT_WRITE)
@once
def receive(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``?instalment=`` names one: its rest is filled in."""
    deal = deal_of(request, pk)
    opens = list(Instalment.objects.open().filter(opportunity=deal).order_by("id")[:MOST_INSTALMENTS])
    form = MoneyForm(typed(request), instalments=opens, initial=_initial(request, opens))
    return asked(
        request,
        deal,
        form,
        lambda: actions.receive(
            deal=deal, draft=form.draft, instalment=_chosen(form, opens), by=request.principal, now=timezone.now()
        ),
        title=_("登记到账"),
        said=_("已登记到账"),
    )


@MAYBE_POST
@needs(Permission.PAYMENT_WRITE)
@once
def refund(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal = deal_of(request, pk)
    paid = _paid(deal)
    form = RefundForm(typed(request), instalments=paid, initial={"received_on": timezone.localdate()})
    return asked(
        request,
        deal,
        form,
        lambda: actions.refund(
            deal=deal, draft=form.draft, instalment=_chosen(form, paid), by=request.principal, now=timezone.now()
        ),
        title=_("登记退款"),
        said=_("已登记退款"),
    )


@MAYBE_POST
@needs(Permission.PAYMENT_WRITE)
@once
def withdraw_receipt(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, form = receipt_of(request, pk), WithdrawForm(typed(request))
    return asked(
        request,
        row.opportunity,
        form,
        lambda: actions.withdraw_receipt(
            receipt=row, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()
        ),
        title=_("撤销登记"),
        said=_("已撤销，还可以恢复"),
        more={"is_grave": True, "receipt": row},
    )


@require_POST
@needs(Permission.PAYMENT_WRITE)
def restore_receipt(request: StaffRequest, pk: int) -> HttpResponseBase:
    row = receipt_of(request, pk)
    act = lambda: actions.restore_receipt(receipt=row, by=request.principal, now=timezone.now())  # noqa: E731
    return pressed(request, row.opportunity, act, said=_("已恢复"))


@MAYBE_POST
@needs(Permission.PAYMENT_WRITE)
@once
def assign(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Set it against another instalment."""
    row = receipt_of(request, pk)
    rows = list(Instalment.objects.standing().filter(opportunity=row.opportunity).order_by("id")[:MOST_INSTALMENTS])
    form = AssignForm(typed(request), instalments=rows, initial={"instalment": row.instalment_id})
    return asked(
        request,
        row.opportunity,
        form,
        lambda: actions.assign_receipt(
            receipt=row, instalment=_chosen(form, rows), by=request.principal, now=timezone.now()
        ),
        title=_("改记到别的一期"),
        said=_("已改记"),
        more={"receipt": row},
    )


def _paid(deal: Opportunity) -> list[Instalment]:
    rows = Instalment.objects.standing().filter(opportunity=deal, received__gt=0)
    return list(rows.order_by("id")[:MOST_INSTALMENTS])


def _chosen(form: Any, rows: list[Instalment]) -> Instalment | None:
    return next((row for row in rows if row.pk == form.cleaned_data["instalment"]), None)


def _initial(request: StaffRequest, opens: list[Instalment]) -> dict[str, Any]:
    initial: dict[str, Any] = {"received_on": timezone.localdate(), "method": Method.BANK.value}
    named = request.GET.get("instalment", "")
    row = next((one for one in opens if str(one.pk) == named), None)
    return initial | ({"instalment": row.pk, "amount": row.rest} if row else {})
