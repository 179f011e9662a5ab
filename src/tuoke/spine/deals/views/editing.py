from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.queries import colleagues
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals import actions, forms, queries, words
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.views.answers import (
    blame,
    number,
    sent,
    writable,
)

CUSTOMERS_OFFERED = 12


_PLAIN = ("name", "amount", "expected_close_on", "product", "is_complex", "note")


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
@once
def new(request: StaffRequest) -> HttpResponse:
    """A deal with a customer; without ``?customer=`` the customer is chosen first."""
    who = request.principal
    customers = Customer.objects.visible_to(who)
    if not request.GET.get("customer"):
        found = narrowed(customers, "customer", request.GET.get("q", "")).order_by("-id")[:CUSTOMERS_OFFERED]
        choice = {"customers": found, "query": request.GET.get("q", "")}
        return screen(request, "deals/choose_customer.html", choice, region="list")
    customer = get_object_or_404(customers, pk=number(request.GET["customer"]))
    people = colleagues(who, Permission.DEAL_WRITE)
    initial = {"owner": who.user_id, "name": "", "market": customer.market}
    form = forms.DealForm(sent(request), colleagues=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            deal = actions.open_deal(
                customer=customer,
                lead=None,
                segment=form.segment,
                by=who,
                now=timezone.now(),
                budget_low=values["budget"].low,
                budget_high=values["budget"].high,
                **{key: values[key] for key in _PLAIN},
                owner=values["owner"],
            )
        except Refused as refused:
            blame(form, refused.verdict, None)
        else:
            toast(request, gettext("商机已建立"))
            return redirect(deal)
    context: dict[str, Any] = {"form": form, "customer": customer}
    return screen(request, "deals/form.html", context, status=422 if form.is_bound else 200)


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """409 with both sides where somebody saved first; what was typed stays."""
    deal = writable(request, pk)
    form = forms.DealForm(sent(request), colleagues=None, initial=forms.DealForm.initial_of(deal))
    context: dict[str, Any] = {"form": form, "deal": deal, "customer": deal.customer, "version": deal.version}
    if request.method != "POST" or not form.is_valid():
        context["version"] = request.POST.get("version", deal.version)
        return screen(request, "deals/form.html", context, status=422 if form.is_bound else 200)
    values = form.cleaned_data
    try:
        actions.edit_deal(
            deal=deal,
            version=number(request.POST.get("version", "")),
            segment=form.segment,
            budget_low=values["budget"].low,
            budget_high=values["budget"].high,
            by=request.principal,
            now=timezone.now(),
            **{key: values[key] for key in _PLAIN},
        )
    except Refused as refused:
        blame(form, refused.verdict, queries.process_of(deal))
        return screen(request, "deals/form.html", context, status=422)
    except Conflict:
        context |= {"conflict": _differences(form, deal), "url": deal.get_absolute_url()}
        return screen(request, "deals/form.html", context, status=409)
    toast(request, gettext("已保存"))
    return redirect(deal)


def _differences(form: forms.DealForm, deal: Opportunity) -> list[tuple[StrOrPromise, str, str]]:
    """What was typed against what is stored now, where they differ."""
    now_stored = forms.DealForm(initial=forms.DealForm.initial_of(deal), colleagues=None)
    rows = []
    for name, field in form.fields.items():
        mine = words.shown(field, form.cleaned_data.get(name))
        theirs = words.shown(field, now_stored.initial.get(name))
        if mine != theirs:
            rows.append((field.label or name, mine, theirs))
    return rows
