"""Views of the list: keep one, change it, take it away and bring it back; how a view is drawn."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts import actions as accounts
from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.actions import ViewDraft
from tuoke.base.accounts.models import SavedView
from tuoke.base.accounts.queries import audiences_of, layouts_of, views_of
from tuoke.base.accounts.rules import Audience, Density, Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.steps.leads.forms import LayoutForm, ViewForm
from tuoke.steps.leads.list_words import sentences
from tuoke.steps.leads.queries.columns import sound_columns
from tuoke.steps.leads.rules.views import SYSTEM_VIEWS
from tuoke.steps.leads.views.lists import PLACE


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_READ)
@once
def new(request: StaffRequest) -> HttpResponseBase:
    """Keep the list as it is seen: ``?query=`` and ``?columns=`` say how."""
    asked = {name: request.GET.get(name, "")[:2000] for name in ("query", "columns")}
    form = ViewForm(request.POST or None, audiences=_audiences(request), is_new=True, initial=asked)
    if request.method == "GET" or not form.is_valid():
        return _sheet(request, form, title=_("保存为视图"))
    try:
        view = accounts.save_view(place=PLACE, draft=_draft(form), by=request.principal, now=timezone.now())
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _sheet(request, form, title=_("保存为视图"))
    _open_first(request, view, is_first=form.cleaned_data["is_first"])
    toast(request, _("已保存视图“%(name)s”") % {"name": view.name})
    return redirect(_address(view))


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_READ)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    view = _own(request, pk)
    layout = layouts_of(request.principal, PLACE).get(str(pk))
    initial = {
        "name": view.name, "audience": view.audience, "is_first": bool(layout and layout.is_first),
        "query": request.GET.get("query", "")[:2000], "columns": request.GET.get("columns", "")[:400],
    }  # fmt: skip
    form = ViewForm(request.POST or None, audiences=_audiences(request), is_new=False, initial=initial)
    if request.method == "GET" or not form.is_valid():
        return _sheet(request, form, title=_("修改视图"), view=view)
    try:
        view = accounts.change_view(view=view, draft=_draft(form, upon=view), by=request.principal, now=timezone.now())
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _sheet(request, form, title=_("修改视图"), view=view)
    _open_first(request, view, is_first=form.cleaned_data["is_first"])
    toast(request, _("已修改视图“%(name)s”") % {"name": view.name})
    return redirect(_address(view))


@require_POST
@needs(Permission.LEAD_READ)
def delete(request: StaffRequest, pk: int) -> HttpResponseBase:
    view = _own(request, pk)
    accounts.remove_view(view=view, by=request.principal, now=timezone.now())
    toast(request, _("已删除视图“%(name)s”") % {"name": view.name}, undo_url=reverse("leads:view_restore", args=[pk]))
    return redirect(f"{reverse('leads:list')}?{view.query}")


@require_POST
@needs(Permission.LEAD_READ)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    removed = SavedView.objects.filter(owner_id=request.principal.user_id, place=PLACE)
    view = get_object_or_404(removed, pk=pk)
    try:
        view = accounts.restore_view(view=view, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return screen(
            request,
            "leads/refused.html",
            {"reasons": sentences(refusal.verdict), "name": view.name, "back": reverse("leads:list")},
            status=422,
        )
    toast(request, _("已恢复视图“%(name)s”") % {"name": view.name})
    return redirect(_address(view))


@require_POST
@needs(Permission.LEAD_READ)
def layout(request: StaffRequest) -> HttpResponseBase:
    """Columns, their order and density of one view, for oneself; goes back to the list as it was."""
    form = LayoutForm(request.POST)
    back = f"{reverse('leads:list')}?{_query(request.POST.get('back', ''))}"
    if not form.is_valid():
        toast(request, _("没有保存：列的选择看不明白，请重新打开列表再选。"))
        return redirect(back)
    name = form.cleaned_data["view"]
    if name and name not in SYSTEM_VIEWS and not (name.isascii() and name.isdigit() and _offered(request, int(name))):
        raise Http404
    again = "reset" in request.POST
    accounts.lay_out(
        place=PLACE,
        view=name,
        columns=[] if again else form.ordered(),
        density=Density(form.cleaned_data["density"]),
        is_first=form.cleaned_data["is_first"],
        by=request.principal,
    )
    toast(request, _("已恢复默认的列") if again else _("已按您的选择显示"))
    return redirect(back)


def _own(request: StaffRequest, pk: int) -> SavedView:
    return get_object_or_404(views_of(request.principal, PLACE), pk=pk, owner_id=request.principal.user_id)


def _offered(request: StaffRequest, pk: int) -> bool:
    return pk < 2**63 and views_of(request.principal, PLACE).filter(pk=pk).exists()


def _audiences(request: StaffRequest) -> tuple[Audience, ...]:
    return audiences_of(request.principal, PLACE)


def _draft(form: ViewForm, *, upon: SavedView | None = None) -> ViewDraft:
    values = form.cleaned_data
    audience = Audience(values["audience"])
    if upon is not None and not values["refresh"]:
        return ViewDraft(values["name"], upon.query, tuple(upon.columns), audience)
    columns = sound_columns(values["columns"].split(",")) if values["columns"] else ()
    return ViewDraft(values["name"], _query(values["query"]), columns, audience)


def _query(said: str) -> str:
    """An address' query and nothing else, always said the same way."""
    found = QueryDict(said[:2000]).items()
    return urlencode(sorted((name, value) for name, value in found if value))


def _open_first(request: StaffRequest, view: SavedView, *, is_first: bool) -> None:
    known = layouts_of(request.principal, PLACE).get(str(view.pk))
    if is_first == bool(known and known.is_first):
        return
    accounts.lay_out(
        place=PLACE,
        view=str(view.pk),
        columns=known.columns if known else [],
        density=Density(known.density) if known else Density.NORMAL,
        is_first=is_first,
        by=request.principal,
    )


def _address(view: SavedView) -> str:
    return f"{reverse('leads:list')}?view={view.pk}&{view.query}"


def _sheet(request: StaffRequest, form: ViewForm, *, title: str, view: SavedView | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "view": view, "back": reverse("leads:list")}
    return screen(request, "leads/view_form.html", context, region="form", status=422 if form.is_bound else 200)
