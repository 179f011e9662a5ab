"""The list and its export."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.http import screen, wants_part
from tuoke.base.ui.parts import Tab
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.paging import BadCursor, Page, page_of, sort_named
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import Reach, masked_numbers
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.queries import SORTS, Corner, corners_of, for_list, is_rescoring, leads_in, register_table

CORNER_NAMES = {Corner.MINE: _("我的"), Corner.TEAM: _("团队"), Corner.POOL: _("公海"), Corner.ALL: _("全部")}
KEPT = ("q", "industry", "region", "source", "tier", "status", "score_min", "campaign", "sort")
"""What of the address stays when one goes to another tab."""


@dataclass(frozen=True, slots=True)
class Row:
    """A lead as the viewer may see it in a list."""

    lead: Lead
    name: str
    reach: Reach
    want: str
    may_claim: bool


@require_GET
@needs(Permission.LEAD_READ)
def listing(request: StaffRequest) -> HttpResponse:
    who = request.principal
    corner = _corner(request)
    found = LeadFilter(request.GET, queryset=leads_in(corner, who=who), who=who, tab=corner.value)
    sound = found.is_valid()
    page = _page(request, found) if sound else Page[Lead]([], None)
    context = {
        "filter": found,
        "rows": [_row(lead, who) for lead in page.rows],
        "next": page.next,
        "tabs": _tabs(request, corner),
        "corner": corner,
        "today": timezone.localdate(),
        "industries": INDUSTRIES,
        "narrowed": any(request.GET.get(name) for name in KEPT if name != "sort"),
        "query": request.GET.urlencode(),
        "here": f"{request.path}?tab={corner.value}",
        "is_region": wants_part(request),
        "is_rescoring": is_rescoring(),
        "may_write": who.may(Permission.LEAD_WRITE),
        "may_export": who.may(Permission.EXPORT),
        "may_import": who.may(Permission.LEAD_IMPORT),
    }
    return screen(request, "leads/list.html", context, region="list", status=200 if sound else 422)


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest) -> HttpResponseBase:
    """《线索来源登记表》 of what the list shows now."""
    corner = _corner(request)
    who = request.principal
    found = LeadFilter(request.GET, queryset=leads_in(corner, who=who), who=who, tab=corner.value)
    if not found.is_valid():
        return listing(request)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # FileResponse closes it
    headers, rows = register_table(who, leads=found.qs)
    write_table(file, headers=headers, rows=rows, sheet="线索来源登记表")
    file.seek(0)
    name = f"线索来源登记表-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _corner(request: StaffRequest) -> Corner:
    open_ones = corners_of(request.principal)
    asked = request.GET.get("tab", "")
    return Corner(asked) if asked in open_ones else (open_ones or (Corner.MINE,))[0]


def _page(request: StaffRequest, found: LeadFilter) -> Page[Lead]:
    """A cursor that isn't of this list begins it anew."""
    rows, sort = for_list(found.qs), sort_named(request.GET.get("sort", ""), SORTS)
    try:
        return page_of(rows, sort=sort, cursor=request.GET.get("cursor", ""))
    except BadCursor:
        return page_of(rows, sort=sort)


def _row(lead: Lead, who: Principal) -> Row:
    reach = reach_of(lead, who=who)
    return Row(
        lead=lead,
        name=name_of(lead, who=who),
        reach=reach,
        want=masked_numbers(lead.want) if reach.is_masked else lead.want,
        may_claim=lead.owner_id is None and lead.status == "open" and who.may(Permission.LEAD_WRITE),
    )


def _tabs(request: StaffRequest, here: Corner) -> list[Tab]:
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return [
        Tab(CORNER_NAMES[corner], f"{request.path}?{urlencode({'tab': corner.value, **kept})}", current=corner is here)
        for corner in corners_of(request.principal)
    ]
