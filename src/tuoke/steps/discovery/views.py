from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, toast, wants_part
from tuoke.services.exchange.reading import Unreadable, open_table
from tuoke.services.exchange.rules import header_key
from tuoke.services.exchange.writing import write_table
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.words import unreadable
from tuoke.steps.discovery import actions, queries
from tuoke.steps.discovery.forms import EditNeedForm, ImportForm, NeedForm, VersionForm
from tuoke.steps.discovery.models import KIND_MEANINGS, KIND_NAMES, KINDS, PRIORITIES, Need
from tuoke.steps.discovery.rules import TABLE_COLUMNS
from tuoke.steps.discovery.words import sentences

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """《客户需求清单》 of a deal (region ``needs``)."""
    return _shown(request, _deal(request, pk))


@require_GET
@needs(Permission.NEED_READ)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """The list in short, for the deal page (region ``needs-panel``)."""
    deal = _deal(request, pk)
    context = _context(request, deal)
    counts = context["needs"].by_kind
    context["counts"] = [(name, counts[kind.value], kind.value) for kind, name in KIND_NAMES.items()]
    return screen(request, "discovery/panel.html", context, region="needs-panel")


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """List a need (region ``add-need``)."""
    deal = _deal(request, pk, action="write")
    form = NeedForm(_typed(request), contacts=_contacts(deal))
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        if _done(form, lambda: actions.add_need(deal=deal, draft=form.draft, by=by, now=now)):
            toast(request, _("已加入需求清单"))
            return after_post(request, lambda: _changed(_shown(request, deal)), to=_address(deal))
    context = {"form": form, "deal": deal, "kinds": _kinds(), "is_part": wants_part(request)}
    return screen(request, "discovery/add.html", context, region="add-need", status=_status(form))


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a need in its place (region ``edit-need``). A stale version shows both sides."""
    need = _need(request, pk)
    contacts = list(Contact.objects.filter(customer_id=need.customer_id).order_by("id")[:200])
    form = EditNeedForm(_typed(request), contacts=contacts, initial=_initial(need), prefix=f"need{need.pk}")
    context: dict[str, Any] = {"form": form, "need": need, "deal": need.opportunity, "kinds": _kinds()}
    context["is_part"] = wants_part(request)
    if request.method == "POST" and form.is_valid():
        by, now, version = request.principal, timezone.now(), form.cleaned_data["version"]
        try:
            if _done(form, lambda: actions.edit_need(need=need, version=version, draft=form.draft, by=by, now=now)):
                toast(request, _("已修改"))
                return _after(request, need)
        except Conflict as conflict:
            context["rows"] = _two_sides(form, conflict)
            return screen(request, "discovery/edit.html", context, region="edit-need", status=409)
    return screen(request, "discovery/edit.html", context, region="edit-need", status=_status(form))


@require_POST
@needs(Permission.NEED_WRITE)
def confirm(request: StaffRequest, pk: int) -> HttpResponseBase:
    """客户已确认, today or on the day that was given."""
    need, form = _need(request, pk), VersionForm(request.POST)
    if not form.is_valid():
        return _said(request, need, _("日期请写成 2026-11-20"))
    on = form.cleaned_data["on"] or timezone.localdate()
    version, by, now = form.cleaned_data["version"], request.principal, timezone.now()
    return _pressed(
        request,
        need,
        lambda: actions.confirm_need(need=need, version=version, on=on, by=by, now=now),
        said=_("已记下客户的确认"),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    need, form = _need(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    by, now = request.principal, timezone.now()
    return _pressed(
        request,
        need,
        lambda: actions.withdraw_need(need=need, version=version, by=by, now=now),
        said=_("已撤回"),
        undo_url=reverse("discovery:restore", args=[need.pk]),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    need, by, now = _need(request, pk), request.principal, timezone.now()
    return _pressed(request, need, lambda: actions.restore_need(need=need, by=by, now=now), said=_("已恢复"))


@require_POST
@needs(Permission.NEED_WRITE)
def adopt(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The customer's needs that belong to no deal become this deal's."""
    deal = _deal(request, pk, action="write")
    try:
        actions.adopt_needs(deal=deal, by=request.principal, now=timezone.now())
        toast(request, _("已归入本商机"))
    except Refused as refusal:
        messages.error(request, " ".join(sentences(refusal.verdict)))
    return after_post(request, lambda: _changed(_shown(request, deal)), to=_address(deal))


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int) -> HttpResponseBase:
    """《客户需求清单》 as xlsx."""
    deal = _deal(request, pk)
    headers, rows = queries.needs_table(request.principal, deal=deal)
    target = BytesIO()
    write_table(target, headers=headers, rows=rows, sheet="客户需求清单", widths=(24, 12, 14, 12, 60, 8, 12))
    response = HttpResponse(target.getvalue(), content_type=SHEET)
    name = quote(f"客户需求清单-{deal.customer.name}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
def import_(request: StaffRequest) -> HttpResponseBase:
    """Take a 《客户需求清单》 in and report every row that was refused (region ``import``)."""
    form = ImportForm(_typed(request), request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": TABLE_COLUMNS}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        known = frozenset(map(header_key, TABLE_COLUMNS))
        try:
            with open_table(upload.temporary_file_path(), filename=upload.name, known_headers=known) as table:
                context["result"] = actions.import_table(table=table, by=request.principal, now=timezone.now())
        except Unreadable as problem:
            form.add_error("file", unreadable(problem))
        except Refused as refusal:
            form.add_error("file", " ".join(sentences(refusal.verdict)))
    return screen(request, "discovery/import.html", context, region="import", status=_status(form))


# Reading what was asked


def _typed(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def _need(request: StaffRequest, pk: int) -> Need:
    visible = Need.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "customer", "contact"), pk=pk)


def _contacts(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:200])


def _initial(need: Need) -> dict[str, Any]:
    names = ("kind", "description", "priority", "confirmed_on", "version")
    return {name: getattr(need, name) for name in names} | {"contact": need.contact_id or ""}


# Answering


def _context(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    may_write = (
        request.principal.may(Permission.NEED_WRITE)
        and Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()
    )
    return {
        "deal": deal,
        "needs": queries.needs_of(request.principal, deal),
        "may_write": may_write,
        "may_export": request.principal.may(Permission.EXPORT),
        "today": timezone.localdate(),
    }


def _shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    context = _context(request, deal) | {"kinds": _kinds(), "is_part": True}
    if context["may_write"]:
        context["form"] = NeedForm(contacts=_contacts(deal))
    return screen(request, "discovery/needs.html", context, region="needs")


def _kinds() -> list[tuple[str, Any, Any]]:
    return [(kind.value, KIND_NAMES[kind], KIND_MEANINGS[kind]) for kind in KIND_NAMES]


def _done(form: NeedForm, act: Callable[[], object]) -> bool:
    """Whether the action took it; a refusal is said at the fields."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return False
    return True


def _pressed(
    request: StaffRequest, need: Need, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    """A one-press verb: do it, say so, show the list as it is now."""
    try:
        act()
        toast(request, said, undo_url=undo_url)
    except Refused as refusal:
        messages.error(request, " ".join(sentences(refusal.verdict)))
    except Conflict:
        messages.error(request, _("这条需求刚被别人改过，已显示最新内容，请再试一次。"))
    return _after(request, need)


def _said(request: StaffRequest, need: Need, text: str) -> HttpResponseBase:
    messages.error(request, text)
    return _after(request, need)


def _after(request: StaffRequest, need: Need) -> HttpResponseBase:
    deal = need.opportunity
    if deal is None:
        return redirect(need.customer.get_absolute_url())
    return after_post(request, lambda: _changed(_shown(request, deal)), to=_address(deal))


def _changed(response: HttpResponse) -> HttpResponse:
    response["HX-Trigger"] = "deal-changed"
    return response


def _address(deal: Opportunity) -> str:
    return reverse("discovery:needs", args=[deal.pk])


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _two_sides(form: EditNeedForm, conflict: Conflict) -> list[tuple[str, object, object]]:
    current, mine = conflict.current, form.draft
    assert isinstance(current, Need)
    kinds, priorities = dict(KINDS), dict(PRIORITIES)
    return [
        (_("需求类型"), kinds[mine.kind.value], kinds[current.kind]),
        (_("需求描述"), mine.description, current.description),
        (_("优先级"), priorities[mine.priority.value], priorities[current.priority]),
        (_("确认时间"), mine.confirmed_on, current.confirmed_on),
    ]
