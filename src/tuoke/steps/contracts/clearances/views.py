"""审批: which clearances the contract needs and why, who was asked, what he said; the text that he was asked about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.services.approvals.models import Request
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.clearances import actions, queries, words
from tuoke.steps.contracts.clearances.forms import AskForm
from tuoke.steps.contracts.clearances.models import KIND_NAMES, Clearance
from tuoke.steps.contracts.clearances.places import to_clearances
from tuoke.steps.contracts.clearances.rules import Kind, Level
from tuoke.steps.contracts.models import Contract

CONTRACTS_MOST = 50
_PEOPLE = ("our_signer", "their_signer", "parent", "agreed")


@require_safe
@needs(Permission.CONTRACT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """How both clearances stand (region ``clearances``); ``?contract=`` names another contract of the deal."""
    visible = Opportunity.objects.visible_to(request.principal)
    deal = get_object_or_404(visible.select_related("customer", "owner", "playbook_version"), pk=pk)
    found = _contracts(request, deal)
    asked = request.GET.get("contract", "")
    by_key = {str(one.pk): one for one in found}
    if asked and asked not in by_key:
        raise Http404
    chosen = by_key.get(asked) or next((one for one in found if one.is_open), next(iter(found), None))
    return _shown(request, deal, chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def ask(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """Ask for a word on what the contract says now (region ``ask-form``)."""
    visible = Contract.objects.visible_to(request.principal, "write")
    related = ("opportunity__customer", "opportunity__owner", "opportunity__playbook_version", *_PEOPLE)
    contract = get_object_or_404(visible.select_related(*related), pk=pk)
    try:
        of = Kind(kind)
    except ValueError as error:
        raise Http404 from error
    standing = next(one for one in queries.overview_of(contract).kinds if one.kind is of)
    level = standing.want.level if standing.want else Level.MANAGER
    deciders = queries.deciders_of(contract, of, level=level, without=request.principal.user_id)
    form = AskForm(typed(request), deciders=deciders)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.ask(
                contract=contract, kind=of, decider_ids=said["deciders"], note=said["note"], by=request.principal,
                now=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已送审，答复后会通知您"))
            return _done(request, contract)
    context = {
        "form": form,
        "contract": contract,
        "deal": contract.opportunity,
        "kind_name": KIND_NAMES[of],
        "standing": standing,
        "deciders": deciders,
        "speaks_for_legal": of is Kind.LEGAL and not queries.lawyers(),
        "url": request.path,
    }
    return screen(request, "clearances/ask.html", context, region="ask-form", status=status_of(form))


@require_safe
@needs(Permission.APPROVALS)
def asked(request: StaffRequest, pk: int) -> HttpResponse:
    """The version that was asked about, for whoever reads the contract, asked, or is to decide."""
    try:
        found = queries.asked_about(request.principal, pk)
    except Clearance.DoesNotExist:
        raise Http404 from None
    contract = found.contract
    is_seen = Contract.objects.visible_to(request.principal).filter(pk=contract.pk).exists()
    waiting = Request.objects.waiting_for(request.principal).filter(kind=found.kind, subject=_key(found)).first()
    context = {
        "clearance": found,
        "contract": contract,
        "frozen": found.version.frozen,
        "deal": contract.opportunity if is_seen else None,
        "decide_url": waiting.get_absolute_url() if waiting else "",
    }
    return screen(request, "clearances/asked.html", context)


@require_POST
@needs(Permission.CONTRACT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = Clearance.objects.visible_to(request.principal, "write")
    related = ("contract__opportunity__customer", "contract__opportunity__owner")
    clearance = get_object_or_404(visible.select_related(*related), pk=pk)
    try:
        actions.withdraw(clearance=clearance, by=request.principal, now=timezone.now())
        toast(request, _("已撤回，可以改请别人"))
    except Refused as refusal:
        messages.error(request, " ".join(words.sentences(refusal.verdict)))
    return _done(request, clearance.contract)


def _key(clearance: Clearance) -> str:
    return f"{Clearance._meta.label_lower}:{clearance.pk}"


def _contracts(request: StaffRequest, deal: Opportunity) -> list[Contract]:
    rows = Contract.objects.visible_to(request.principal).standing().filter(opportunity=deal).select_related(*_PEOPLE)
    found = list(rows.order_by("-id")[:CONTRACTS_MOST])
    for one in found:
        one.opportunity = deal
    return found


def _done(request: StaffRequest, contract: Contract) -> HttpResponseBase:
    deal = contract.opportunity
    to = f"{to_clearances(deal)}?contract={contract.pk}"
    return renewed(request, lambda: _shown(request, deal, contract), to=to)


def _shown(request: StaffRequest, deal: Opportunity, contract: Contract | None) -> HttpResponse:
    context: dict[str, Any] = {"deal": deal, "contract": contract, "contracts": _contracts(request, deal)}
    if contract is not None:
        found = queries.overview_of(contract)
        mine = Request.objects.waiting_for(request.principal)
        keys = [one.request.pk for one in found.kinds if one.request]
        context |= {
            "found": found,
            "mine": {row.kind: row.get_absolute_url() for row in mine.filter(pk__in=keys)} if keys else {},
            "names": {kind.value: name for kind, name in KIND_NAMES.items()},
            "may_write": _may_write(request, contract),
        }
    return screen(request, "clearances/page.html", context, region="clearances")


def _may_write(request: StaffRequest, contract: Contract) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    if not request.principal.may(Permission.CONTRACT_WRITE) or not contract.is_open or contract.opportunity.is_given_up:
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=contract.opportunity_id).exists()
