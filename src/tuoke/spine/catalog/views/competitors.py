from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import timeline_of
from tuoke.base.ui.http import screen, toast
from tuoke.spine.catalog import actions
from tuoke.spine.catalog.forms import CompetitorForm
from tuoke.spine.catalog.models import Competitor, Product
from tuoke.spine.catalog.rules import said_amounts
from tuoke.spine.catalog.views.asking import may_write, tabs, two_sides, version_in


@require_safe
@needs(Permission.PROFILE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """Whom we meet in the market, and what we say to them."""
    found = list(Competitor.objects.visible_to(request.principal).prefetch_related("products"))
    context = {
        "competitors": [competitor for competitor in found if competitor.voided_at is None],
        "voided": [competitor for competitor in found if competitor.voided_at is not None],
        "may_write": may_write(request),
        "tabs": tabs("competitors"),
    }
    return screen(request, "catalog/competitors.html", context)


@require_safe
@needs(Permission.PROFILE_READ)
def competitor(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    context = {
        "competitor": found,
        "products": list(found.products.all()),
        "events": timeline_of(thread=found),
        "may_write": may_write(request),
    }
    return screen(request, "catalog/competitor.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
@once
def new_competitor(request: StaffRequest) -> HttpResponseBase:
    form = CompetitorForm(request.POST or None, initial={"products": _asked(request)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.list_competitor(draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("竞品已加入目录。"))
            return redirect(made)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
def edit_competitor(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version answers 409 with both sides; what was typed stays."""
    found = _visible(request, pk, "write")
    form = CompetitorForm(request.POST or None, initial=CompetitorForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        version = version_in(request)
        try:
            saved = actions.change_competitor(
                competitor=found, version=version, draft=form.draft, by=request.principal, now=timezone.now()
            )
        except Conflict as conflict:
            return _conflict(request, form, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect(saved)
    return _form(request, form, found)


@require_POST
@needs(Permission.CATALOG_WRITE)
def void_competitor(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.void_competitor(competitor=found, by=request.principal, now=timezone.now())
    toast(request, _("已作废。"), undo_url=reverse("catalog:competitor_restore", args=[pk]))
    return redirect("catalog:competitors")


@require_POST
@needs(Permission.CATALOG_WRITE)
def restore_competitor(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.restore_competitor(competitor=found, by=request.principal, now=timezone.now())
    toast(request, _("已恢复。"))
    return redirect(found)


def _form(request: StaffRequest, form: CompetitorForm, found: Competitor | None = None, **extra: Any) -> HttpResponse:
    status = extra.pop("status", 422 if request.method == "POST" else 200)
    context = {"form": form, "competitor": found, "version": found.version if found else 0, **extra}
    return screen(request, "catalog/competitor_form.html", context, status=status)


def _conflict(request: StaffRequest, form: CompetitorForm, current: object) -> HttpResponse:
    assert isinstance(current, Competitor)
    theirs, mine = CompetitorForm.initial_of(current), form.cleaned_data
    names = dict(Product.objects.values_list("pk", "name"))
    picked = sorted(product.pk for product in mine["products"])
    sides = two_sides(
        current,
        _readable({name: mine[name] for name in theirs} | {"products": picked}, names),
        _readable(theirs, names),
    )
    url = reverse("catalog:competitor_edit", args=[current.pk])
    return _form(request, form, current, url=url, status=409, **sides)


def _readable(said: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    lists = {name: "\n".join(said[name]) for name in ("strengths", "weaknesses", "counters")}
    products = "、".join(names.get(pk, "") for pk in said["products"])
    return said | lists | {"price": said_amounts(said["price"]), "products": products}


def _asked(request: StaffRequest) -> list[int]:
    """The product from whose page one comes."""
    asked = request.GET.get("product", "")[:10]
    return [int(asked)] if asked.isascii() and asked.isdigit() else []


def _visible(request: StaffRequest, pk: int, action: str = "read") -> Competitor:
    return get_object_or_404(Competitor.objects.visible_to(request.principal, action), pk=pk)
