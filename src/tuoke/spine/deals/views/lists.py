from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.base.ui.templatetags import ui
from tuoke.services.exchange.writing import write_table
from tuoke.spine.deals import actions, forms, page, queries, rules, words
from tuoke.spine.deals.filters import BoardFilter, DealFilter
from tuoke.spine.deals.hooks import Badge
from tuoke.spine.deals.models import OUTCOME_NAMES, Opportunity
from tuoke.spine.deals.queries import BadCursor
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.deals.views.answers import (
    writable,
)
from tuoke.spine.playbook.rules import StepDoc

EXPORT_LIMIT = 50_000
LIST_TONES = {Outcome.WON: "green", Outcome.LOST: "red", Outcome.PAUSED: "yellow"}


@dataclass(frozen=True, slots=True)
class Row:
    """A deal in the list, ready to be printed: there are many of them on a page."""

    url: str
    name: str
    badges: Sequence[Badge]
    customer: str
    step: str
    outcome: str
    amount: str
    close: str
    owner: str


@needs(Permission.DEAL_READ)
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    return _board(request)


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """A card put elsewhere: the same verbs as on the deal's page. GET offers the places, for touch and keyboard.

    ``to`` is a step, or "won". Refused: 422 with every reason and its remedy. Back needs a reason and asks for it.
    ``version``, if sent, must be the present one.
    """
    deal = writable(request, pk)
    to, reason, now = request.POST.get("to", ""), request.POST.get("reason", ""), timezone.now()
    version = request.POST.get("version", "")
    process = queries.process_of(deal)
    earlier = rules.earlier_steps(deal.standing, process)
    context: dict[str, Any] = {
        "deal": deal,
        "to": to,
        "move_url": _move_url(request, pk),
        "board_url": _board_url(request),
    }
    if request.method == "GET":
        context |= page.places(deal, process)
        return screen(request, "deals/move.html", context, region="form")
    if version and version != str(deal.version):
        return screen(request, "deals/move.html", {**context, "is_stale": True}, region="form", status=409)
    if to == deal.step:
        return _board(request)
    if to in earlier and not reason.strip():
        context |= {
            "back_to": process.step(to),
            "form": forms.ReasonForm(request.POST if "reason" in request.POST else None),
        }
        return screen(request, "deals/move.html", context, region="form", status=422)
    try:
        if to == Outcome.WON:
            actions.close_won(deal=deal, by=request.principal, now=now)
        elif to in earlier:
            actions.move_back(deal=deal, to=to, reason=reason, by=request.principal, now=now)
        else:
            actions.advance(deal=deal, to=to, waivers={}, by=request.principal, now=now)
    except Refused as refused:
        unmet = [reason for reason in refused.verdict.reasons if "kind" in reason.params]
        context |= {
            "lines": words.lines(unmet, deal=deal, process=process),
            "refusals": words.sentences(refused.verdict, process),
            "is_manager": queries.is_manager_of(request.principal, deal),
        }
        return screen(request, "deals/move.html", context, region="form", status=422)
    name = gettext("赢单") if to == Outcome.WON else process.step(to).name
    toast(request, gettext("%(deal)s 已移到 %(step)s") % {"deal": deal.name, "step": name})
    return after_post(request, lambda: _board(request), to=_board_url(request))


@needs(Permission.DEAL_READ)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    found = _filtered(request)
    context: dict[str, Any] = {"filter": found, "query": request.GET.urlencode(), "rows": [], "next": None}
    context["may_move"] = request.principal.may(Permission.DEAL_WRITE)
    context["may_export"] = request.principal.may(Permission.EXPORT)
    if not found.form.is_valid():
        return screen(request, "deals/list.html", context, region="list", status=422)
    sort = request.GET.get("sort", "")
    cursor = request.GET.get("cursor", "")
    try:
        rows, following = queries.page_of(found.qs, sort=sort, cursor=cursor)
    except BadCursor:  # of another list, or cut off: the list begins anew
        cursor = ""
        rows, following = queries.page_of(found.qs, sort=sort)
    context |= {
        "rows": _rows(rows, steps=found.steps, who=request.principal),
        "next": following,
        "is_first": not cursor,
    }
    return screen(request, "deals/list.html", context, region="list")


@needs(Permission.EXPORT)
@require_GET
def export(request: StaffRequest) -> HttpResponse:
    """The list as it is filtered, as xlsx."""
    found = _filtered(request)
    if not found.form.is_valid():
        return screen(request, "deals/list.html", {"filter": found, "rows": [], "next": None}, status=422)
    deals = queries.sorted_by(found.qs, sort=request.GET.get("sort", ""))
    steps = {step.key.value: step.name for step in found.steps}
    headers = (
        "商机名称",
        "客户名称",
        "步骤",
        "结果",
        "预计金额(元)",
        "预计签约日期",
        "产品",
        "负责人",
        "部门",
        "结果日期",
        "原因",
        "输给谁",
        "建立时间",
    )
    related = deals.select_related("customer", "product", "owner", "department", "lost_to")[:EXPORT_LIMIT]
    rows = (
        (
            deal.name,
            deal.customer.name,
            steps.get(deal.step, deal.step),
            str(OUTCOME_NAMES[Outcome(deal.outcome)]),
            deal.amount,
            deal.expected_close_on,
            deal.product.name if deal.product else None,
            deal.owner.name,
            deal.department.name if deal.department else None,
            deal.outcome_on,
            deal.outcome_reason or None,
            deal.lost_to.name if deal.lost_to else None,
            timezone.localtime(deal.created_at).replace(tzinfo=None, microsecond=0),
        )
        for deal in related.iterator(chunk_size=2000)
    )
    response = HttpResponse(content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    name = f"商机-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    write_table(cast(IO[bytes], response), headers=headers, rows=rows, kind="xlsx", sheet="商机")
    return response


def _board(request: StaffRequest) -> HttpResponse:
    who, now = request.principal, timezone.now()
    found = BoardFilter(request.GET, queryset=Opportunity.objects.visible_to(who), who=who)
    context: dict[str, Any] = {"filter": found, "query": request.GET.urlencode(), "columns": []}
    context["may_move"] = who.may(Permission.DEAL_WRITE)
    if not found.form.is_valid():
        return screen(request, "deals/board.html", context, region="board", status=422)
    columns = queries.board(found.qs, who=request.principal, now=now)
    ended = queries.won_column(found.qs, name=gettext("本月赢单"), now=now, today=timezone.localdate())
    context |= {
        "columns": columns,
        "won": ended,
        "total": sum(column.total for column in columns),
        "count": sum(column.count for column in columns),
        "asked": f"?{request.GET.urlencode()}" if request.GET else "",
        "today": timezone.localdate(),
    }
    return screen(request, "deals/board.html", context, region="board")


def _filtered(request: StaffRequest) -> DealFilter:
    deals = Opportunity.objects.visible_to(request.principal).real()
    return DealFilter(request.GET, queryset=deals, who=request.principal)


def _rows(deals: Sequence[Opportunity], *, steps: Sequence[StepDoc], who: Principal) -> list[Row]:
    said = queries.badges_of([deal.pk for deal in deals], who=who, now=timezone.now())
    today = timezone.localdate()
    step = {s.key.value: format_html('<span class="dot dot-{}"></span> {}', s.number, s.name) for s in steps}
    outcome = {o.value: ui.badge(name, tone=LIST_TONES.get(o, "gray")) for o, name in OUTCOME_NAMES.items()}
    return [
        Row(
            url=deal.get_absolute_url(),
            name=deal.name,
            badges=said.get(deal.pk, ()),
            customer=deal.customer.name,
            step=step.get(deal.step, ""),
            outcome=outcome[deal.outcome],
            amount=ui.money(deal.amount),
            close=ui.day(deal.expected_close_on if deal.is_running else None, today=today),
            owner=deal.owner.name,
        )
        for deal in deals
    ]


def _move_url(request: StaffRequest, pk: int) -> str:
    query = request.GET.urlencode()
    return reverse("deals:move", args=[pk]) + (f"?{query}" if query else "")


def _board_url(request: StaffRequest) -> str:
    query = request.GET.urlencode()
    return reverse("deals:board") + (f"?{query}" if query else "")
