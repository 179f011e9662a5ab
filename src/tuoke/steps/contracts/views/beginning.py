"""A contract begun, its head written, amended, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import colleagues
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, status_of, toast, typed
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.queries import is_manager_of
from tuoke.steps.contracts import actions
from tuoke.steps.contracts.forms import HeadForm, PaperForm, TitleForm, VersionForm
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.rules import HeadDraft
from tuoke.steps.contracts.views.pages import empty
from tuoke.steps.contracts.views.showing import after, contract_of, deal_of, pressed, shown, tried
from tuoke.steps.contracts.words import HEAD_NAMES, sentences

MOST_PEOPLE = 200


@require_POST
@needs(Permission.CONTRACT_WRITE)
@once
def begin(request: StaffRequest, pk: int) -> HttpResponseBase:
    """起草: one press."""
    deal, by, now = deal_of(request, pk, action="write"), request.principal, timezone.now()
    try:
        contract = actions.begin(deal=deal, by=by, now=now)
    except Refused as refusal:
        messages.error(request, " ".join(sentences(refusal.verdict)))
        return after_post(request, lambda: empty(request, deal), to=reverse("contracts:page", args=[deal.pk]))
    toast(request, _("已按谈定的条件起草"))
    return after(request, contract)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def record(request: StaffRequest, pk: int) -> HttpResponseBase:
    """补录 a contract that was signed on paper (region ``ask``)."""
    deal = deal_of(request, pk, action="write")
    form = PaperForm(typed(request), initial={"title": f"{deal.name}合同", "amount": deal.amount})
    by, now = request.principal, timezone.now()

    def act() -> None:
        actions.record_signed(deal=deal, paper=form.draft, by=by, now=now)

    if request.method == "POST" and form.is_valid() and tried(form, act):
        toast(request, _("已补录，商机已赢单"))
        return redirect("contracts:page", deal.pk)
    context: dict[str, Any] = {
        "deal": deal, "form": form, "url": request.path, "title": _("补录纸质合同"), "button": _("补录并赢单"),
        "hint": "" if is_manager_of(by, deal) else _("补录要由主管来做。"), "tone": "primary", "is_created": True,
        "is_whole": True,
    }  # fmt: skip
    return screen(request, "contracts/ask.html", context, region="ask", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
def head(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Parties, amount, dates (region ``head-form``). A stale version shows both sides."""
    contract = contract_of(request, pk, action="write")
    form = HeadForm(typed(request), contract=contract, contacts=_contacts(contract), people=_people(request, contract))
    context: dict[str, Any] = {"contract": contract, "deal": contract.opportunity, "form": form}
    by, now = request.principal, timezone.now()
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            if tried(
                form, lambda: actions.edit_head(contract=contract, version=version, draft=form.draft, by=by, now=now)
            ):
                toast(request, _("已保存"))
                return after(request, contract)
        except Conflict as conflict:
            context["rows"] = _two_sides(form.draft, conflict)
            return screen(request, "contracts/head.html", context, region="head-form", status=409)
    return screen(request, "contracts/head.html", context, region="head-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def amend(request: StaffRequest, pk: int) -> HttpResponseBase:
    """补充协议 (region ``ask``)."""
    main = contract_of(request, pk, action="write")
    form, made = TitleForm(typed(request)), []
    by, now = request.principal, timezone.now()

    def act() -> None:
        made.append(actions.amend(contract=main, title=form.cleaned_data["title"], by=by, now=now))

    if request.method == "POST" and form.is_valid() and tried(form, act):
        toast(request, _("已建立补充协议"))
        return _gone_to(request, made[0])
    context: dict[str, Any] = {
        "deal": main.opportunity, "contract": main, "form": form, "url": request.path, "title": _("起草补充协议"),
        "button": _("起草"), "hint": _("已签的合同不再改动；变更写成补充协议的条款，金额写增减多少。"),
        "tone": "primary", "is_created": True, "is_whole": True,
    }  # fmt: skip
    return screen(request, "contracts/ask.html", context, region="ask", status=status_of(form))


@require_POST
@needs(Permission.CONTRACT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """撤回 what isn't signed."""
    contract, form = contract_of(request, pk, action="write"), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw(contract=contract, version=version, by=by, now=now),
        contract,
        said=_("已撤回 %(number)s") % {"number": contract.number},
        undo_url=reverse("contracts:restore", args=[contract.pk]),
    )


@require_POST
@needs(Permission.CONTRACT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    contract, by, now = contract_of(request, pk, action="write"), request.principal, timezone.now()
    return pressed(request, lambda: actions.restore(contract=contract, by=by, now=now), contract, said=_("已恢复"))


def _gone_to(request: StaffRequest, contract: Contract) -> HttpResponse:
    """To another contract's page: htmx is told to go there."""
    response = after_post(request, lambda: shown(request, contract), to=contract.get_absolute_url())
    if response.status_code == 200:
        response["HX-Push-Url"] = contract.get_absolute_url()
    return response


def _contacts(contract: Contract) -> list[Contact]:
    customer = contract.opportunity.customer_id
    return list(Contact.objects.filter(customer_id=customer).order_by("id")[:MOST_PEOPLE])


def _people(request: StaffRequest, contract: Contract) -> list[User]:
    known = {person.pk: person for person in colleagues(request.principal, Permission.CONTRACT_WRITE)}
    for person in (contract.opportunity.owner, contract.our_signer):
        if person is not None:
            known.setdefault(person.pk, person)
    return list(known.values())


def _two_sides(mine: HeadDraft, conflict: Conflict) -> list[tuple[object, object, object]]:
    current = conflict.current
    return [
        (label, getattr(mine, name), getattr(current, name))
        for name, label in HEAD_NAMES.items()
        if getattr(mine, name) != getattr(current, name)
    ]
