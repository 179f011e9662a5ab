"""条款确认: clause by clause what both sides say; the customer's links; our own word and what he told us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.confirmations import actions, queries, words
from tuoke.steps.contracts.confirmations.forms import ChangeForm, InviteForm, ToldForm
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation, Invitation
from tuoke.steps.contracts.confirmations.places import to_confirmations
from tuoke.steps.contracts.confirmations.rules import VALID_USUAL
from tuoke.steps.contracts.models import Contract

CONTRACTS_MOST, CONTACTS_MOST = 50, 200


@require_safe
@needs(Permission.CONTRACT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Both sides beside each clause (region ``confirmations``); ``?contract=`` names another one of the deal."""
    visible = Opportunity.objects.visible_to(request.principal)
    deal = get_object_or_404(visible.select_related("customer", "owner"), pk=pk)
    return _shown(request, deal, _chosen(request, deal))


@require_POST
@needs(Permission.CONTRACT_WRITE)
def prepare(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Make a version of what the contract says now."""
    contract = _contract(request, pk)

    def act() -> str:
        version = actions.prepare(contract=contract, by=request.principal, now=timezone.now())
        return _("已定为第 %(number)s 版") % {"number": version.number}

    return _pressed(request, contract, act)


@require_POST
@needs(Permission.CONTRACT_WRITE)
def confirm(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Our side agrees to one clause (``clause``) or to all that are left."""
    contract = _contract(request, pk)
    clause = request.POST.get("clause", "")

    def act() -> str:
        chosen = [_number(clause)] if clause else None
        done = actions.confirm(
            contract=contract, version_id=_number(request.POST.get("version", "")), clause_ids=chosen,
            by=request.principal, now=timezone.now(),
        )  # fmt: skip
        return ngettext("我方已确认 %(count)s 条", "我方已确认 %(count)s 条", done) % {"count": done}

    return _pressed(request, contract, act)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def change(request: StaffRequest, pk: int, clause: int) -> HttpResponseBase:
    """Our side wants a clause otherwise (region ``change-form``)."""
    contract = _contract(request, pk)
    board = queries.board_of(contract, now=timezone.now())
    row = next((row for row in board.rows if row.clause.clause_id == clause), None)
    if row is None or board.version is None:
        raise Http404
    form = ChangeForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.want_change(
                contract=contract, version_id=board.version.pk, clause_id=clause,
                comment=form.cleaned_data["comment"], by=request.principal, now=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已记下：我方要改这一条"))
            return _done(request, contract)
    context = {"form": form, "contract": contract, "row": row, "url": request.path}
    return screen(request, "confirmations/change.html", context, region="change-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def invite(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Make the private link for somebody of the customer (region ``invite-form``)."""
    contract = _contract(request, pk)
    initial = {"expires_on": timezone.localdate() + VALID_USUAL, "contact": contract.their_signer_id}
    form = InviteForm(typed(request), contacts=_contacts(contract), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(contract=contract, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("链接已生成，复制后发给客户"))
            return _done(request, contract)
    context = {"form": form, "contract": contract, "deal": contract.opportunity, "url": request.path}
    return screen(request, "confirmations/invite.html", context, region="invite-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def told(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The customer agreed otherwise than through his link (region ``told-form``)."""
    contract = _contract(request, pk)
    board = queries.board_of(contract, now=timezone.now())
    left = [row for row in board.rows if not row.theirs.is_agreed]
    initial = {
        "told_on": timezone.localdate(),
        "contact": contract.their_signer_id,
        "clauses": [row.clause.clause_id for row in left if not row.theirs.wants_change],
    }
    form = ToldForm(typed(request), contacts=_contacts(contract), rows=left, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = board.version.pk if board.version else 0
            actions.note_told(
                contract=contract, version_id=version, draft=form.draft, by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已记下客户的确认"))
            return _done(request, contract)
    context = {"form": form, "contract": contract, "deal": contract.opportunity, "url": request.path, "left": left}
    return screen(request, "confirmations/told.html", context, region="told-form", status=status_of(form))


@require_POST
@needs(Permission.CONTRACT_WRITE)
def forward(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Let a customer's link open what the contract says now."""
    visible = Invitation.objects.visible_to(request.principal, "write").select_related(*_WITH_DEAL)
    sent = get_object_or_404(visible, pk=pk)

    def act() -> str:
        moved = actions.bring_forward(invitation=sent, by=request.principal, now=timezone.now())
        return _("%(name)s 的链接已更新到第 %(number)s 版") % {
            "name": moved.recipient, "number": moved.version.number
        }  # fmt: skip

    return _pressed(request, sent.contract, act)


@require_POST
@needs(Permission.CONTRACT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What one of us said, or wrote down for the customer, no longer counts."""
    visible = ClauseConfirmation.objects.visible_to(request.principal, "write").select_related(*_WITH_DEAL)
    said = get_object_or_404(visible, pk=pk)

    def act() -> str:
        actions.take_back(confirmation=said, by=request.principal, now=timezone.now())
        return _("已撤回")

    return _pressed(request, said.contract, act)


_WITH_DEAL = ("contract__opportunity__customer", "contract__opportunity__owner")


def _contract(request: StaffRequest, pk: int) -> Contract:
    visible = Contract.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner", *_PEOPLE), pk=pk)


_PEOPLE = ("our_signer", "their_signer", "parent")


def _chosen(request: StaffRequest, deal: Opportunity) -> Contract | None:
    """The one asked for, else the one being written, else the newest."""
    found = _contracts(request, deal)
    asked = request.GET.get("contract", "")
    by_key = {str(one.pk): one for one in found}
    if asked and asked not in by_key:
        raise Http404
    return by_key.get(asked) or next((one for one in found if one.is_open), next(iter(found), None))


def _contracts(request: StaffRequest, deal: Opportunity) -> list[Contract]:
    rows = Contract.objects.visible_to(request.principal).standing().filter(opportunity=deal).select_related(*_PEOPLE)
    found = list(rows.order_by("-id")[:CONTRACTS_MOST])
    for one in found:
        one.opportunity = deal
    return found


def _contacts(contract: Contract) -> list[Contact]:
    rows = Contact.objects.filter(customer_id=contract.opportunity.customer_id)
    return list(rows.order_by("id")[:CONTACTS_MOST])


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def _pressed(request: StaffRequest, contract: Contract, act: Callable[[], str]) -> HttpResponseBase:
    """A verb in one press: a refusal is said and changes nothing."""
    try:
        toast(request, act())
    except Refused as refusal:
        messages.error(request, " ".join(words.sentences(refusal.verdict)))
    return _done(request, contract)


def _done(request: StaffRequest, contract: Contract) -> HttpResponseBase:
    deal = contract.opportunity
    to = f"{to_confirmations(deal)}?contract={contract.pk}"
    return renewed(request, lambda: _shown(request, deal, contract), to=to)


def _shown(request: StaffRequest, deal: Opportunity, contract: Contract | None, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"deal": deal, "contract": contract, "contracts": _contracts(request, deal)}
    if contract is not None:
        board = queries.board_of(contract, now=timezone.now())
        context |= {
            "board": board,
            "may_write": _may_write(request, contract),
            "left": len(board.rows) - board.ours,
        }
    return screen(request, "confirmations/page.html", context, region="confirmations", status=status)


def _may_write(request: StaffRequest, contract: Contract) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    if not request.principal.may(Permission.CONTRACT_WRITE) or not contract.is_open or contract.opportunity.is_given_up:
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=contract.opportunity_id).exists()
