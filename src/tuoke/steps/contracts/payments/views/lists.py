"""回款 over all deals: what is due or late, what came in; as files; the totals of a customer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Literal, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.base.ui.parts import Tab
from tuoke.services.exchange.writing import Outgoing, write_table
from tuoke.spine.customers.models import Customer
from tuoke.steps.contracts.payments import queries
from tuoke.steps.contracts.payments.forms import ListForm, ReceivedForm
from tuoke.steps.contracts.payments.models import METHOD_NAMES, STATE_NAMES, STATE_TONES, Instalment, Receipt
from tuoke.steps.contracts.payments.queries import Filters
from tuoke.steps.contracts.payments.queries.lists import RECEIVED, RELATED, instalments, receipts
from tuoke.steps.contracts.payments.rules import Method

EXPORT_LIMIT = 50_000
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@require_GET
@needs(Permission.PAYMENT_READ)
def listing(request: StaffRequest) -> HttpResponse:
    """``?q= state= owner= first= last= cursor=`` (region ``list``)."""
    who, today = request.principal, timezone.localdate()
    form = ListForm({"state": "open", **request.GET.dict()}, who=who)
    context = _around(request, form, is_received=False)
    if not form.is_valid():
        return screen(request, "payments/list.html", context, region="list", status=422)
    found = queries.listed(who, form.wanted, today=today, cursor=request.GET.get("cursor", ""))
    states = [(row, row.state(today)) for row in found.rows]
    context["rows"] = [(row, STATE_NAMES[state], STATE_TONES[state]) for row, state in states]
    context["next"] = found.next
    return screen(request, "payments/list.html", context, region="list")


@require_GET
@needs(Permission.PAYMENT_READ)
def received(request: StaffRequest) -> HttpResponse:
    """What came in and went back, newest first; ``first`` and ``last`` are days of receipt (region ``list``)."""
    who = request.principal
    form = ReceivedForm(request.GET.dict(), who=who)
    context = _around(request, form, is_received=True)
    if not form.is_valid():
        return screen(request, "payments/received.html", context, region="list", status=422)
    found = queries.received_rows(who, form.wanted, cursor=request.GET.get("cursor", ""))
    context |= {"rows": found.rows, "next": found.next}
    return screen(request, "payments/received.html", context, region="list")


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, kind: str) -> HttpResponse:
    """The list as it is filtered, as xlsx or csv; with ``?of=received`` what came in."""
    who = request.principal
    if kind not in TYPES:
        raise Http404
    if not who.may(Permission.PAYMENT_READ):
        raise PermissionDenied
    is_received = request.GET.get("of") == "received"
    form = (ReceivedForm if is_received else ListForm)(request.GET.dict(), who=who)
    if not form.is_valid():
        raise Http404
    headers, rows = _receipt_rows(request, form.wanted) if is_received else _instalment_rows(request, form.wanted)
    name = _("到账记录") if is_received else _("回款计划")
    response = HttpResponse(content_type=TYPES[kind])
    filename = f"{name}-{timezone.localdate():%Y%m%d}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, filename) or ""
    target, how = cast(IO[bytes], response), cast(Literal["xlsx", "csv"], kind)
    write_table(target, headers=headers, rows=rows, kind=how, sheet=name)
    return response


@require_GET
@needs(Permission.PAYMENT_READ)
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """Totals for the customer's page (region ``customer-payments``)."""
    found = get_object_or_404(Customer.objects.visible_to(request.principal), pk=pk)
    totals = queries.customer_totals(request.principal, found, today=timezone.localdate())
    context = {"customer": found, "totals": totals, "today": timezone.localdate()}
    return screen(request, "payments/customer.html", context, region="customer-payments")


def _around(request: StaffRequest, form: ListForm, *, is_received: bool) -> dict[str, Any]:
    who, today = request.principal, timezone.localdate()
    asked = request.GET.dict()
    asked.pop("cursor", None)
    if is_received:
        asked["of"] = "received"
    return {
        "form": form,
        "sums": queries.sums_of(who, today=today),
        "rows": [],
        "next": None,
        "today": today,
        "query": urlencode(asked),
        "is_narrowed": any(value for name, value in asked.items() if name != "of"),
        "may_export": who.may(Permission.EXPORT),
        "tabs": [
            Tab(_("回款计划"), reverse("payments:list"), not is_received),
            Tab(_("到账记录"), reverse("payments:received"), is_received),
        ],
    }


def _instalment_rows(request: StaffRequest, wanted: Filters) -> tuple[list[str], Iterator[list[Outgoing]]]:
    today = timezone.localdate()
    rows = instalments(request.principal, wanted, today=today).select_related(*RELATED)
    headers = [
        "客户名称",
        "商机名称",
        "期",
        "金额(元)",
        "已到账(元)",
        "到期日期",
        "里程碑",
        "状态",
        "结清日期",
        "负责人",
    ]

    def said(row: Instalment) -> list[Outgoing]:
        deal = row.opportunity
        milestone = row.milestone.name if row.milestone else None
        return [
            deal.customer.name, deal.name, row.name, row.amount, row.received, row.due_on, milestone,
            str(STATE_NAMES[row.state(today)]), row.settled_on, deal.owner.name,
        ]  # fmt: skip

    ordered = rows.order_by("due_on", "id")[:EXPORT_LIMIT]
    return headers, (said(row) for row in ordered.iterator(chunk_size=2000))


def _receipt_rows(request: StaffRequest, wanted: Filters) -> tuple[list[str], Iterator[list[Outgoing]]]:
    rows = receipts(request.principal, wanted)
    rows = rows.select_related("opportunity__customer", "opportunity__owner", "instalment")
    headers = ["客户名称", "商机名称", "期", "金额(元)", "日期", "方式", "流水号", "付款方", "备注", "负责人"]

    def said(row: Receipt) -> list[Outgoing]:
        deal = row.opportunity
        return [
            deal.customer.name, deal.name, row.instalment.name if row.instalment else None, row.amount, row.received_on,
            str(METHOD_NAMES[Method(row.method)]), row.reference or None, row.payer or None, row.note or None,
            deal.owner.name,
        ]  # fmt: skip

    ordered = rows.order_by(f"-{RECEIVED.field}", "-id")[:EXPORT_LIMIT]
    return headers, (said(row) for row in ordered.iterator(chunk_size=2000))
