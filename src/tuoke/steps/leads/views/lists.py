"""The list: its parts, its views, its columns, its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.models import ListLayout, SavedView
from tuoke.base.accounts.queries import layouts_of, views_of
from tuoke.base.accounts.rules import Density, Permission
from tuoke.base.ui.http import screen, wants_part
from tuoke.base.ui.parts import Tab
from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.paging import BadCursor, Page
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.models import BULK_VERB_NAMES
from tuoke.steps.leads.queries import Asked, Corner, corners_of, counted, leads_in, page_in, rescoring_now
from tuoke.steps.leads.queries.columns import COLUMNS, USUAL, sound_columns
from tuoke.steps.leads.rules.bulk import LARGEST, BulkVerb
from tuoke.steps.leads.rules.views import SYSTEM_VIEWS
from tuoke.steps.leads.views.columns import Row, Seen, drawn, heads, language
from tuoke.steps.leads.views.trail import trail_url

PLACE = "leads"
CORNER_NAMES = {Corner.MINE: _("我的"), Corner.TEAM: _("团队"), Corner.POOL: _("公海"), Corner.ALL: _("全部")}
VIEW_NAMES = {
    "potential": _("我的高潜力"),
    "due": _("今天该联系"),
    "recycle": _("即将收回"),
    "week": _("本周新增"),
    "unowned": _("没有负责人"),
    "unknown": _("未知信息多"),
}
PASSING = frozenset({"cursor", "view"})
"""Not part of what a saved view keeps."""
CARRIED = ("view", "sort", "referrer")
"""Travel with the filters without being asked for."""


@dataclass(frozen=True, slots=True)
class Pill:
    """A view that the list offers. ``is_changed``: it is seen, with other filters than it keeps."""

    key: str
    label: StrOrPromise
    url: str
    current: bool = False
    is_changed: bool = False
    saved: SavedView | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Views:
    """The views of the list for one person, which of them is seen, and how it is drawn."""

    pills: list[Pill]
    seen: Pill | None
    columns: tuple[str, ...]
    density: Density
    is_first: bool


@require_GET
@needs(Permission.LEAD_READ)
def listing(request: StaffRequest) -> HttpResponseBase:
    if elsewhere := _elsewhere(request):
        return redirect(elsewhere)
    return answer(request)


def answer(request: StaffRequest) -> HttpResponse:
    who = request.principal
    corner = corner_of(request)
    found = LeadFilter(request.GET, who=who, corner=corner)
    sound = found.is_valid()
    asked = found.asked() if sound else None
    page = _page(request, asked) if asked else Page[Lead]([], None)
    views = _views(request, corner)
    context = {
        "filter": found,
        "corner": corner,
        "tabs": _tabs(request, found, corner),
        "views": views,
        "heads": heads(views.columns, request.GET, request.path),
        "rows": _rows(request, asked, page, corner, views) if asked else [],
        "next": page.next,
        "is_partial": page.is_partial,
        "industries": INDUSTRIES,
        "narrowed": bool(found.narrowing),
        "referrer": _referrer(found, sound),
        "query": request.GET.urlencode(),
        "kept": kept_query(request.GET, corner),
        "here": f"{request.path}?tab={corner.value}",
        "is_region": wants_part(request),
        "carried": [("tab", corner.value), *((name, request.GET[name]) for name in CARRIED if request.GET.get(name))],
        "rescoring": rescoring_now(),
        **layout_context(views),
        "bulk_verbs": bulk_verbs(request, corner),
        "may_write": who.may(Permission.LEAD_WRITE),
        "may_export": who.may(Permission.EXPORT),
        "may_import": who.may(Permission.LEAD_IMPORT),
        "may_assign": who.may(Permission.LEAD_ASSIGN),
    }
    return screen(request, "leads/list.html", context, region="list", status=200 if sound else 422)


@require_GET
@needs(Permission.LEAD_READ)
def count(request: StaffRequest) -> HttpResponse:
    """How many the list holds in all, for 选择全部: asked for when somebody selects a page."""
    found = LeadFilter(request.GET, who=request.principal, corner=corner_of(request))
    if not found.is_valid():
        return answer(request)
    number = counted(found.asked())
    context = {"number": number, "too_many": number > LARGEST, "limit": LARGEST}
    return screen(request, "leads/bulk_count.html", context, region="all")


def corner_of(request: StaffRequest) -> Corner:
    """The part that was asked for; who leads and has none of his own begins with his people's."""
    who, asked = request.principal, request.GET.get("tab", "")
    open_ones = corners_of(who)
    if asked in open_ones:
        return Corner(asked)
    wider = [corner for corner in open_ones if corner in (Corner.TEAM, Corner.ALL)]
    if wider and not leads_in(Corner.MINE, who=who).exists():
        return wider[0]
    return (open_ones or (Corner.MINE,))[0]


def kept_query(query: QueryDict, corner: Corner) -> str:
    """What a view keeps of an address: filters, part and order, always said the same way."""
    kept = {name: value for name, value in query.items() if value and name not in PASSING}
    return urlencode(sorted({"tab": corner.value, **kept}.items()))


def bulk_verbs(request: StaffRequest, corner: Corner) -> list[tuple[str, StrOrPromise]]:
    """What this person may do with many leads of this part."""
    who = request.principal
    if not who.may(Permission.LEAD_WRITE):
        return []
    offered = [BulkVerb.TIER, BulkVerb.CAMPAIGN, BulkVerb.DISCARD]
    if corner is Corner.POOL:
        offered = [BulkVerb.CLAIM] if not who.may(Permission.LEAD_ASSIGN) else [BulkVerb.CLAIM, BulkVerb.ASSIGN]
    else:
        offered.insert(0, BulkVerb.RETURN)
        if who.may(Permission.LEAD_ASSIGN):
            offered.insert(0, BulkVerb.ASSIGN)
    return [(verb.value, BULK_VERB_NAMES[verb]) for verb in offered]


def _elsewhere(request: StaffRequest) -> str:
    """A bare address opens one's first view; a view by name alone opens with its filters. "" where one is right."""
    asked = request.GET
    if wants_part(request) or set(asked) - {"view"}:
        return ""
    who, name = request.principal, asked.get("view", "")
    if not name:
        layouts = layouts_of(who, PLACE).values()
        name = next((layout.view for layout in layouts if layout.is_first), "")
    if name in SYSTEM_VIEWS:
        return f"{request.path}?{urlencode({'view': name, **_system(name, request)})}"
    is_number = name.isascii() and name.isdigit() and len(name) < 19
    saved = views_of(who, PLACE).filter(pk=int(name)).first() if is_number else None
    return f"{request.path}?view={saved.pk}&{saved.query}" if saved else ""


def _system(name: str, request: StaffRequest) -> dict[str, str]:
    """A system view in the part that one looks at; "mine" is meant where it says so."""
    params = dict(SYSTEM_VIEWS[name])
    open_ones = corners_of(request.principal)
    if name == "potential" and Corner.MINE in open_ones:
        return {"tab": Corner.MINE.value, **params}
    here = request.GET.get("tab", "")
    if "tab" not in params and here in open_ones and here != Corner.POOL:
        return {"tab": here, **params}
    return params if "tab" in params else {"tab": open_ones[0].value, **params}


def _views(request: StaffRequest, corner: Corner) -> Views:
    who, now = request.principal, request.GET.get("view", "")
    kept = kept_query(request.GET, corner)
    layouts = layouts_of(who, PLACE)
    pills = [_system_pill(name, now, kept, request) for name in SYSTEM_VIEWS]
    pills += [_saved_pill(view, now, kept, who.user_id) for view in views_of(who, PLACE)]
    seen = next((pill for pill in pills if pill.current), None)
    layout = layouts.get(seen.key if seen else "")
    saved = seen.saved if seen else None
    return Views(
        pills=pills,
        seen=seen,
        columns=_columns(layout, saved, layouts.get(""), corner),
        density=Density(layout.density) if layout else Density.NORMAL,
        is_first=bool(layout and layout.is_first),
    )


def _system_pill(name: str, now: str, kept: str, request: StaffRequest) -> Pill:
    params = _system(name, request)
    changed = now == name and urlencode(sorted(params.items())) != kept
    url = f"{request.path}?{urlencode({'view': name, **params})}"
    return Pill(name, VIEW_NAMES[name], url, current=now == name, is_changed=changed)


def _saved_pill(view: SavedView, now: str, kept: str, me: int | None) -> Pill:
    current = now == str(view.pk)
    return Pill(
        key=str(view.pk),
        label=view.name,
        url=f"?view={view.pk}&{view.query}",
        current=current,
        is_changed=current and view.query != kept,
        saved=view,
        is_own=view.owner_id == me,
    )


def _columns(
    layout: ListLayout | None, saved: SavedView | None, plain: ListLayout | None, corner: Corner
) -> tuple[str, ...]:
    """One's own choice for this view, else the view's, else one's choice for the plain list, else the usual ones."""
    for columns in (layout and layout.columns, saved and saved.columns, plain and plain.columns):
        if columns:
            return sound_columns(columns)
    left_out = {Corner.MINE: {"owner"}, Corner.POOL: {"due"}}.get(corner, set())
    return tuple(key for key in USUAL if key not in left_out)


def _page(request: StaffRequest, asked: Asked) -> Page[Lead]:
    """A cursor that isn't of this list begins it anew."""
    try:
        return page_in(asked, cursor=request.GET.get("cursor", ""))
    except BadCursor:
        return page_in(asked)


def _rows(request: StaffRequest, asked: Asked, page: Page[Lead], corner: Corner, views: Views) -> list[Row]:
    who = request.principal
    ids = [lead.pk for lead in page.rows]
    mine = Lead.objects.visible_to(who, "write").filter(pk__in=ids).values_list("pk", flat=True)
    query = urlencode({**{name: value for name, value in request.GET.items() if value}, "tab": corner.value})
    seen = Seen(
        who=who,
        corner=corner,
        today=timezone.localdate(),
        language=language(),
        trail=partial(_trail, query=query, asked=asked),
        writable=frozenset(mine),
    )
    return drawn(page.rows, views.columns, seen)


def _trail(lead: Lead, number: int, *, query: str, asked: Asked) -> str:
    return trail_url(lead, query=query, asked=asked, number=number)


def _tabs(request: StaffRequest, found: LeadFilter, here: Corner) -> list[Tab]:
    """Filters stay when one goes to another part; a view doesn't."""
    kept = dict(found.narrowing)
    if sort := request.GET.get("sort"):
        kept["sort"] = sort
    return [
        Tab(CORNER_NAMES[corner], f"{request.path}?{urlencode({'tab': corner.value, **kept})}", current=corner is here)
        for corner in corners_of(request.principal)
    ]


def _referrer(found: LeadFilter, sound: bool) -> Customer | None:
    return found.form.cleaned_data.get("referrer") if sound else None


def layout_context(views: Views) -> dict[str, Any]:
    """Every column, those that are shown first and in their order."""
    rest = [key for key in COLUMNS if key not in views.columns]
    return {
        "choices": [
            (number, key, COLUMNS[key].label, key in views.columns)
            for number, key in enumerate([*views.columns, *rest], start=1)
        ]
    }
