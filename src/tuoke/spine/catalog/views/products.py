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
from tuoke.spine.catalog.forms import PainFormSet, ProductForm, pains_initial, pains_of
from tuoke.spine.catalog.models import Product
from tuoke.spine.catalog.rules import said_amounts, said_counts
from tuoke.spine.catalog.views.asking import may_write, tabs, two_sides, version_in


@require_safe
@needs(Permission.PROFILE_READ)
def index(request: StaffRequest) -> HttpResponse:
    """What we sell, for whom and at what price."""
    found = list(Product.objects.visible_to(request.principal))
    context = {
        "products": [product for product in found if product.active],
        "closed": [product for product in found if not product.active],
        "may_write": may_write(request),
        "tabs": tabs("products"),
    }
    return screen(request, "catalog/products.html", context)


@require_safe
@needs(Permission.PROFILE_READ)
def product(request: StaffRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    context = {
        "product": found,
        "fits": found.fits,
        "competitors": list(found.competitors.listed()),
        "competitor_url": f"{reverse('catalog:competitor_new')}?product={found.pk}",
        "events": timeline_of(thread=found),
        "may_write": may_write(request),
    }
    return screen(request, "catalog/product.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
@once
def new_product(request: StaffRequest) -> HttpResponseBase:
    form = ProductForm(request.POST or None, initial={"unit": _("年")})
    pains = PainFormSet(request.POST or None, prefix="pains")
    if request.method == "POST" and form.is_valid() and pains.is_valid():
        try:
            made = actions.create_product(draft=form.draft(pains_of(pains)), by=request.principal, now=timezone.now())
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("产品已加入目录。"))
            return redirect(made)
    return _form(request, form, pains)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CATALOG_WRITE)
def edit_product(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A stale version answers 409 with both sides; what was typed stays."""
    found = _visible(request, pk, "write")
    form = ProductForm(request.POST or None, initial=ProductForm.initial_of(found))
    pains = PainFormSet(request.POST or None, prefix="pains", initial=pains_initial(found))
    if request.method == "POST" and form.is_valid() and pains.is_valid():
        draft, version = form.draft(pains_of(pains)), version_in(request)
        try:
            saved = actions.change_product(
                product=found, version=version, draft=draft, by=request.principal, now=timezone.now()
            )
        except Conflict as conflict:
            return _conflict(request, form, pains, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect(saved)
    return _form(request, form, pains, found)


@require_POST
@needs(Permission.CATALOG_WRITE)
def close_product(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.close_product(product=found, by=request.principal, now=timezone.now())
    toast(request, _("已停售，新的计划和商机里不再出现。"), undo_url=reverse("catalog:product_reopen", args=[pk]))
    return redirect(found)


@require_POST
@needs(Permission.CATALOG_WRITE)
def reopen_product(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk, "write")
    actions.reopen_product(product=found, by=request.principal, now=timezone.now())
    toast(request, _("已恢复在售。"))
    return redirect(found)


def _form(
    request: StaffRequest, form: ProductForm, pains: Any, found: Product | None = None, **extra: Any
) -> HttpResponse:
    status = extra.pop("status", 422 if request.method == "POST" else 200)
    context = {"form": form, "pains": pains, "product": found, "version": found.version if found else 0, **extra}
    return screen(request, "catalog/product_form.html", context, status=status)


def _conflict(request: StaffRequest, form: ProductForm, pains: Any, current: object) -> HttpResponse:
    assert isinstance(current, Product)
    theirs, mine = ProductForm.initial_of(current), form.cleaned_data
    sides = two_sides(
        current,
        _readable({name: mine[name] for name in theirs} | {"pains": pains_of(pains)}),
        _readable(theirs | {"pains": current.fits.pains}),
    )
    url = reverse("catalog:product_edit", args=[current.pk])
    return _form(request, form, pains, current, url=url, status=409, **sides)


def _readable(said: dict[str, Any]) -> dict[str, Any]:
    return said | {
        "price": said_amounts(said["price"]),
        "staff": said_counts(said["staff"]),
        "revenue": said_amounts(said["revenue"]),
        "industries": "、".join(said["industries"]),
        "pains": "\n".join(f"{row.pain}：{row.help}" if row.help else row.pain for row in said["pains"]),
    }


def _visible(request: StaffRequest, pk: int, action: str = "read") -> Product:
    return get_object_or_404(Product.objects.visible_to(request.principal, action), pk=pk)
