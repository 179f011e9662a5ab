"""What the verbs of this room answer: the deal's payments, or the form with what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.queries import history_of
from tuoke.base.ui import verbs
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import Sheet, press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.payments import queries, words
from tuoke.steps.contracts.payments.forms import RefusableForm
from tuoke.steps.contracts.payments.models import METHOD_NAMES, Instalment, Receipt
from tuoke.steps.contracts.payments.places import to_payments
from tuoke.steps.contracts.payments.rules import Method

RELATED = ("opportunity__customer", "opportunity__owner")


def deal_of(request: StaffRequest, pk: int) -> Opportunity:
    """Whoever sees the deal; what he may do in this room is asked by ``@needs`` and again by the actions (P4)."""
    who, deals = request.principal, Opportunity.objects
    visible = deals.worked_on_by(who, Permission.PAYMENT_WRITE) if request.method == "POST" else deals.visible_to(who)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def instalment_of(request: StaffRequest, pk: int) -> Instalment:
    visible = Instalment.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("milestone", *RELATED), pk=pk)


def receipt_of(request: StaffRequest, pk: int) -> Receipt:
    visible = Receipt.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("instalment", *RELATED), pk=pk)


def shown(request: StaffRequest, deal: Opportunity, *, status: int = 200) -> HttpResponse:
    who, today = request.principal, timezone.localdate()
    book = queries.book_of(who, deal, today=today)
    context: dict[str, Any] = {
        "deal": deal,
        "book": book,
        "today": today,
        "counted": [row for row in book.receipts if row.withdrawn_at is None],
        "taken_back": [row for row in book.receipts if row.withdrawn_at is not None],
    }
    return screen(request, "payments/payments.html", context, region="payments", status=status)


def done(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    return renewed(request, lambda: shown(request, deal), to=to_payments(deal))


def asked(
    request: StaffRequest,
    deal: Opportunity,
    form: RefusableForm,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """A verb with a form (region ``payment-form``): in the sheet, or on a page of its own."""
    sheet = Sheet("payments/form.html", "payment-form", {"deal": deal, "title": title, **(more or {})})
    return verbs.asked(
        request,
        form,
        act,
        sheet=sheet,
        then=lambda: done(request, deal),
        two_sides=partial(_two_sides, form),
        said=said,
    )


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return done(request, deal)


def _two_sides(form: RefusableForm, conflict: Conflict) -> dict[str, Any]:
    """Both sides where they differ, as the form says them."""
    current = conflict.current
    assert isinstance(current, Instalment)
    typed = {
        **form.cleaned_data,
        "due_on": form.cleaned_data.get("on"),
        "milestone": form.cleaned_data.get("milestone"),
    }
    rows = []
    for name, label in words.FIELD_NAMES.items():
        mine, theirs = typed.get(name), current.milestone_id if name == "milestone" else getattr(current, name)
        if name == "due_on" and current.milestone_id:
            theirs = None
        if (mine or None) != (theirs or None):
            rows.append((label, _plain(name, mine, form), _plain(name, theirs, form)))
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else "", "version": current.version}


def _plain(name: str, value: object, form: RefusableForm) -> str:
    if name == "method":
        return str(METHOD_NAMES[Method(str(value or ""))])
    if name == "milestone":
        choices = {str(key): str(text) for key, text in getattr(form.fields.get("milestone"), "choices", [])}
        return choices.get(str(value or ""), "")
    if name == "in_workdays":
        return _("是") if value else _("否")
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value or "")
