"""The list and its export."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from typing import IO
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui import formats
from tuoke.base.ui.http import screen, wants_part
from tuoke.base.ui.parts import Tab
from tuoke.base.ui.templatetags import ui
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.customers.models import STATUS_NAMES, Lead
from tuoke.spine.customers.paging import BadCursor, Page, page_of, sort_named
from tuoke.spine.customers.queries import name_of, reach_of
from tuoke.spine.customers.rules import LeadStatus, Reach, masked_numbers
from tuoke.spine.customers.templatetags import parties
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.queries import SORTS, Corner, corners_of, for_list, is_rescoring, leads_in, register_table

CORNER_NAMES = {Corner.MINE: _("我的"), Corner.TEAM: _("团队"), Corner.POOL: _("公海"), Corner.ALL: _("全部")}
KEPT = ("q", "industry", "region", "source", "tier", "status", "score_min", "campaign", "sort")
"""What of the address stays when one goes to another tab."""


@dataclass(frozen=True, slots=True)
class Row:
    """A lead as the viewer may see it in a list, ready to be printed: there are many of them on a page."""

    lead: Lead
    url: str
    name: str
    status: StrOrPromise
    want: str
    want_short: str
    score: str
    reach: Reach
    tier: str
    budget: str
    purchase: str
    source: str
    owner: str
    touched: str
    may_claim: bool


@require_GET
@needs(Permission.LEAD_READ)
def listing(request: StaffRequest) -> HttpResponse:
    who = request.principal
    corner = _corner(request)
    found = LeadFilter(request.GET, queryset=leads_in(corner, who=who), who=who, tab=corner.value)
    sound = found.is_valid()
    page = _page(request, found) if sound else Page[Lead]([], None)
    today = timezone.localdate()
    context = {
        "filter": found,
        "rows": [_row(lead, who, today) for lead in page.rows],
        "next": page.next,
        "tabs": _tabs(request, corner),
        "corner": corner,
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
    """The part that was asked for; who leads and has none of his own begins with his people's."""
    who, asked = request.principal, request.GET.get("tab", "")
    open_ones = corners_of(who)
    if asked in open_ones:
        return Corner(asked)
    wider = [corner for corner in open_ones if corner in (Corner.TEAM, Corner.ALL)]
    if wider and not leads_in(Corner.MINE, who=who).exists():
        return wider[0]
    return (open_ones or (Corner.MINE,))[0]


def _page(request: StaffRequest, found: LeadFilter) -> Page[Lead]:
    """A cursor that isn't of this list begins it anew."""
    rows, sort = for_list(found.qs), sort_named(request.GET.get("sort", ""), SORTS)
    try:
        return page_of(rows, sort=sort, cursor=request.GET.get("cursor", ""))
    except BadCursor:
        return page_of(rows, sort=sort)


def _row(lead: Lead, who: Principal, today: date) -> Row:
    reach = reach_of(lead, who=who)
    want = masked_numbers(lead.want) if reach.is_masked else lead.want
    return Row(
        lead=lead,
        url=lead.get_absolute_url(),
        name=name_of(lead, who=who),
        status="" if lead.status == LeadStatus.OPEN else STATUS_NAMES[LeadStatus(lead.status)],
        want=formats.shortened(want, 300),
        want_short=formats.shortened(want, 60),
        score=_score(lead),
        reach=reach,
        tier=parties.tier_badge(lead.tier),
        budget=parties.amounts(lead.budget_low, lead.budget_high),
        purchase=parties.month(lead.purchase_on),
        source=str(lead.source) if lead.source else formats.shortened(lead.source_detail, 16),
        owner=str(lead.owner) if lead.owner else "",
        touched=ui.day(lead.last_touch_at, today=today),
        may_claim=lead.owner_id is None and lead.status == "open" and who.may(Permission.LEAD_WRITE),
    )


def _score(lead: Lead) -> SafeString:
    """The score, and how far it can still rise where something isn't known yet."""
    if lead.score is None:
        return ui.NONE
    drawn = ui.badge(lead.score, tone="green" if lead.tier else "gray")
    if lead.score_max is None or lead.score_max <= lead.score:
        return drawn
    reachable = gettext("补齐未知信息后最高可达")
    return format_html('{} <span class="quiet small" title="{}">/ {}</span>', drawn, reachable, lead.score_max)


def _tabs(request: StaffRequest, here: Corner) -> list[Tab]:
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return [
        Tab(CORNER_NAMES[corner], f"{request.path}?{urlencode({'tab': corner.value, **kept})}", current=corner is here)
        for corner in corners_of(request.principal)
    ]
