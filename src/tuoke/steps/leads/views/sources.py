"""线索来源: what each channel yields in a period, and what it costs (S2.1)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.base.ui.parts import Tab
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import name_of
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.forms import PeriodForm
from tuoke.steps.leads.queries import Corner, corners_of, for_list
from tuoke.steps.leads.queries.sources import SourceYield, Yield, Yields, yields
from tuoke.steps.leads.views.lists import CORNER_NAMES

REFERRED = 10
HEADERS = (
    "线索来源", "线索", "高潜力", "高潜力占比", "商机", "赢单", "赢单金额", "费用", "每条线索成本", "每个赢单成本",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One channel as the table shows it; the links open the very leads that are counted."""

    source: LeadSource | None
    level: int
    figures: Yield
    share: str
    leads_url: str
    high_url: str
    deals_url: str
    won_url: str


@require_GET
@needs(Permission.LEAD_READ)
def sources(request: StaffRequest) -> HttpResponse:
    form, corner = _form(request), _corner(request)
    context: dict[str, Any] = {
        "form": form,
        "corner": corner,
        "tabs": _tabs(request, corner),
        "may_export": request.principal.may(Permission.EXPORT),
        "may_write": request.principal.may(Permission.CATALOG_WRITE),
    }
    if form.is_valid():
        since, until = form.period()
        found = yields(request.principal, corner=corner, since=since, until=until)
        context |= {
            "since": since,
            "until": until,
            "yields": found,
            "lines": list(_lines(found, corner, since, until)),
            "query": urlencode({"tab": corner.value, "since": since, "until": until}),
        }
    return screen(request, "leads/sources.html", context, region="yields", status=200 if form.is_valid() else 422)


@require_GET
@needs(Permission.EXPORT)
def sources_export(request: StaffRequest) -> HttpResponseBase:
    form, corner = _form(request), _corner(request)
    if not (request.principal.may(Permission.LEAD_READ) and form.is_valid()):
        return sources(request)  # says what is wrong
    since, until = form.period()
    found = yields(request.principal, corner=corner, since=since, until=until)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # FileResponse closes it
    write_table(file, headers=HEADERS, rows=_table(found), sheet="线索来源")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"线索来源产出-{since:%Y%m%d}-{until:%Y%m%d}.xlsx")


@require_GET
@needs(Permission.LEAD_READ)
def referred(request: StaffRequest, pk: int) -> HttpResponse:
    """What a customer brought by recommending us, as far as one sees it: a panel of his page."""
    who = request.principal
    customer = get_object_or_404(Customer.objects.visible_to(who), pk=pk)
    leads = Lead.objects.visible_to(who).filter(referrer=customer).exclude(status=LeadStatus.MERGED)
    found = list(for_list(leads).order_by("-id")[: REFERRED + 1])
    rows = [(lead, name_of(lead, who=who)) for lead in found[:REFERRED]]
    more = f"{reverse('leads:list')}?{urlencode({'referrer': pk, 'status': 'any'})}" if len(found) > REFERRED else ""
    return screen(request, "leads/referred.html", {"customer": customer, "rows": rows, "more": more}, region="referred")


def _form(request: StaffRequest) -> PeriodForm:
    """This year so far where nothing is asked for, and the form says so."""
    today, asked = timezone.localdate(), request.GET.copy()
    if not (asked.get("since") or asked.get("until")):
        asked["since"], asked["until"] = today.replace(month=1, day=1).isoformat(), today.isoformat()
    return PeriodForm(asked, today=today)


def _corner(request: StaffRequest) -> Corner:
    """The widest part that is open, unless another is asked for."""
    open_ones = corners_of(request.principal)
    asked = request.GET.get("tab", "")
    if asked in open_ones:
        return Corner(asked)
    return next((corner for corner in (Corner.ALL, Corner.TEAM) if corner in open_ones), open_ones[0])


def _tabs(request: StaffRequest, here: Corner) -> list[Tab]:
    kept = {name: request.GET[name] for name in ("since", "until") if request.GET.get(name)}
    return [
        Tab(CORNER_NAMES[corner], f"{request.path}?{urlencode({'tab': corner.value, **kept})}", current=corner is here)
        for corner in corners_of(request.principal)
    ]


def _lines(found: Yields, corner: Corner, since: date, until: date) -> Iterator[Line]:
    for row in found.rows:
        asked = {
            "tab": corner.value, "status": "any", "source": row.source.pk if row.source else "none",
            "created_from": since.isoformat(), "created_to": until.isoformat(),
        }  # fmt: skip
        yield Line(
            source=row.source,
            level=row.level,
            figures=row.figures,
            share=_share(row.figures),
            leads_url=_address(asked),
            high_url=_address(asked, qualified="1"),
            deals_url=_address(asked, deal="any"),
            won_url=_address(asked, deal="won"),
        )


def _address(asked: dict[str, Any], **more: str) -> str:
    return f"{reverse('leads:list')}?{urlencode({**asked, **more})}"


def _share(figures: Yield) -> str:
    return f"{figures.high * 100 / figures.leads:.0f}%" if figures.leads else ""


def _table(found: Yields) -> Iterator[tuple[str | int | Decimal | None, ...]]:
    for row in found.rows:
        yield _row("　" * row.level + _name(row), row.figures)
    yield _row("合计", found.total)


def _name(row: SourceYield) -> str:
    return row.source.name if row.source else "没有登记来源"


def _row(name: str, figures: Yield) -> tuple[str | int | Decimal | None, ...]:
    return (
        name, figures.leads, figures.high, _share(figures), figures.deals, figures.won, figures.amount,
        figures.cost, figures.per_lead, figures.per_won,
    )  # fmt: skip
