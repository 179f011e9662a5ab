"""The contract's page as its template takes it, and how the verbs of this room are answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest, may_open
from tuoke.base.accounts.rules import Permission, Principal, Role
from tuoke.base.kernel.verdict import Conflict, Reason, Refused, Verdict
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.base.ui.verbs import press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import is_manager_of
from tuoke.spine.deals.rules import may_win
from tuoke.steps.contracts import hooks, queries
from tuoke.steps.contracts.forms import ReasonForm, RefusableForm
from tuoke.steps.contracts.models import PART_NAMES, Clause, Contract, ContractVersion
from tuoke.steps.contracts.queries import Judged, Standing
from tuoke.steps.contracts.rules import Amended, ContractState, Finding, Hint, Kind, Part, hints_in
from tuoke.steps.contracts.words import changes_said, sentence, sentences, why


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clause: plain, an open 〔place〕, or words that can be read in two ways (``hint``)."""

    text: str
    state: str = ""
    hint: Hint | None = None


@dataclass(frozen=True, slots=True)
class ClauseView:
    clause: Clause
    number: int
    pieces: tuple[Piece, ...]
    judged: tuple[Judged, ...]
    why: tuple[str, ...]
    hints: tuple[Hint, ...]
    amended: Amended | None = None
    """Which standing clause this one of an amendment changes, and how."""
    is_written: bool = True
    """Its contract may still be changed: then loose words are something to see to."""

    @property
    def is_open(self) -> bool:
        return any(one.accepted is None for one in self.judged)

    @property
    def is_marked(self) -> bool:
        """There is something to see to, or to see: a departure, an open place, loose words, what an amendment changes."""
        marks = {piece.state for piece in self.pieces}
        return bool(self.judged or self.amended) or "place" in marks or (self.is_written and "hint" in marks)


@dataclass(frozen=True, slots=True)
class PartView:
    key: str
    name: object
    clauses: tuple[ClauseView, ...]
    judged: tuple[Judged, ...]
    """What was agreed for this part and stands in no clause."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A reason against signing: its sentence, and where it is put right."""

    text: str
    url: str = ""
    code: str = ""


_AT = {
    "no_clauses": "#clauses",
    "version_missing": "#versions",
    "open_places": "#clauses",
    "findings_open": "#findings",
    "agreed_anew": "#findings",
}
"""On the contract's own page."""
_IN_HEAD = frozenset({"amount_missing", "our_party_missing", "their_party_missing", "total_not_positive"})
_IN_ROUNDS = frozenset({"nothing_agreed", "agreed_reopened"})


def contract_of(request: StaffRequest, pk: int, *, action: str = "read") -> Contract:
    visible = Contract.objects.visible_to(request.principal, action)
    people = ("opportunity__customer", "opportunity__owner", "parent", "our_signer", "their_signer", "agreed")
    return get_object_or_404(visible.select_related(*people, "signed_version"), pk=pk)


def clause_of(request: StaffRequest, pk: int) -> Clause:
    visible = Clause.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("contract__opportunity__customer"), pk=pk)


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def may_write(who: Principal, deal: Opportunity) -> bool:
    if not who.may(Permission.CONTRACT_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()


def contract_context(request: StaffRequest, contract: Contract) -> dict[str, Any]:
    """Everything the page of a contract shows. A constant number of queries."""
    who, today, deal = request.principal, timezone.localdate(), contract.opportunity
    found = queries.standing(contract)
    writes = may_write(who, deal)
    verdict = queries.readiness(contract, today, of=found) if contract.is_open else Verdict()
    manages = writes and is_manager_of(who, deal)
    own = deal.owner_id == who.user_id and Role.DIRECTOR not in who.roles
    return {
        "deal": deal,
        "contract": contract,
        "standing": found,
        "parts": list(_parts(found)),
        "open": found.open,
        "accepted": found.accepted,
        "unplaced": [one for one in found.judged if not one.finding.clause_id],
        "lacking": lacking_of(contract, verdict, who=who),
        "is_ready": contract.is_open and bool(verdict),
        "is_anew": "agreed_anew" in verdict.codes,
        "may_write": writes and contract.is_open,
        "is_taken_up": contract.is_signed and not contract.is_amendment and deal.is_running,
        "may_win": writes and bool(may_win(deal.standing)),
        "may_begin": writes and deal.is_running and _may_begin(contract),
        "may_amend": writes and contract.is_signed and not contract.is_amendment,
        "may_accept": manages and contract.is_open and not own,
        "may_terminate": manages and contract.is_signed,
        "may_restore": writes and contract.state == "withdrawn",
        "withdrawn": list(Clause.objects.filter(contract=contract, withdrawn_at__isnull=False)) if writes else [],
        "versions": list(ContractVersion.objects.filter(contract=contract).select_related("made_by")[:50]),
        "changes": _changes(contract, found),
        "others": _others(contract),
        "may_export": who.may(Permission.EXPORT),
        "panels": hooks.panels,
        "total": queries.contract_amount(deal),
        "today": today,
    }


def _changes(contract: Contract, found: Standing) -> list[tuple[object, str, str]]:
    """What an amendment makes of the whole and of the contract's head: (label, before, after)."""
    if not contract.is_amendment:
        return []
    return changes_said(queries.frozen_of(contract, found.clauses, today=timezone.localdate()).changes)


def _may_begin(contract: Contract) -> bool:
    """A deal whose contract was terminated is written a new one."""
    if contract.state != ContractState.TERMINATED or contract.is_amendment:
        return False
    current = queries.current_contract(contract.opportunity)
    return current is not None and current.pk == contract.pk


def _others(contract: Contract) -> list[Contract]:
    """The deal's other contracts: main, amendments, those taken back."""
    return list(
        Contract.objects.filter(opportunity=contract.opportunity_id).exclude(pk=contract.pk).order_by("id")[:50]
    )


def lacking_of(contract: Contract, verdict: Verdict, *, who: Principal, page: str = "") -> list[Lacking]:
    """With where each is put right, if he may go there. ``page``: the contract's address, if this isn't its page."""
    found = []
    for reason in verdict.reasons:
        place = _place(reason, contract)
        if place.startswith("#"):
            place = f"{page}{place}"
        elif not may_open(who, place):
            place = ""
        found.append(Lacking(sentence(reason), place, reason.code))
    return found


def _place(reason: Reason, contract: Contract) -> str:
    if reason.code in _IN_HEAD:
        return reverse("contracts:head", args=[contract.pk])
    if reason.code in _IN_ROUNDS:
        return reverse("rounds:page", args=[contract.opportunity_id])
    if place := hooks.places.get(reason.code):
        return place(contract)
    return _AT.get(reason.code, "")


def _parts(found: Standing) -> Iterator[PartView]:
    number = 0
    for part in Part:
        views = []
        for clause in found.clauses:
            if clause.part == part:
                number += 1
                views.append(_view(clause, number, found))
        loose = tuple(
            one for one in found.judged if one.finding.part is part and not one.finding.clause_id
        )  # fmt: skip
        if views or loose or found.contract.kind == Kind.MAIN:
            yield PartView(part.value, PART_NAMES[part], tuple(views), loose)


def _view(clause: Clause, number: int, found: Standing) -> ClauseView:
    hints = hints_in(clause.text)
    return ClauseView(
        clause=clause,
        number=number,
        pieces=pieces_of(clause.text, hints),
        judged=tuple(one for one in found.judged if one.finding.clause_id == clause.pk),
        why=tuple(filter(None, (why(str(one.get("code", "")), one.get("params", {})) for one in clause.why))),
        hints=hints,
        amended=found.amended.get(clause.pk),
        is_written=found.contract.is_open,
    )


def pieces_of(text: str, hints: Sequence[Hint]) -> tuple[Piece, ...]:
    marks: list[tuple[int, int, Hint | None]] = [(hint.start, hint.end, hint) for hint in hints]
    marks += [(start, end, None) for start, end in _places_at(text)]
    pieces, at = [], 0
    for start, end, hint in sorted(marks, key=lambda mark: mark[:2]):
        if start < at:
            continue
        pieces += [Piece(text[at:start])] if start > at else []
        pieces.append(Piece(text[start:end], "hint" if hint else "place", hint))
        at = end
    return (*pieces, Piece(text[at:])) if at < len(text) else tuple(pieces)


def _places_at(text: str) -> Iterator[tuple[int, int]]:
    start = text.find("〔")
    while start >= 0:
        end = text.find("〕", start)
        if end < 0:
            return
        yield start, end + 1
        start = text.find("〔", end)


def finding_of(found: Standing, key: str, seal: str) -> Finding | None:
    return next((one for one in found.open if (one.key, one.seal) == (key, seal)), None)


# Answering


def shown(request: StaffRequest, contract: Contract, *, status: int = 200) -> HttpResponse:
    """The contract's page (region ``contract``)."""
    context = contract_context(request, contract_of(request, contract.pk))
    return screen(request, "contracts/contract.html", context, region="contract", status=status)


def tried(form: RefusableForm, act: Callable[[], object], *, said: Collection[str] = ()) -> bool:
    """Whether it worked; what was refused stands at the fields, but for the codes that are ``said`` above them."""
    try:
        act()
    except Refused as refusal:
        form.refuse(Verdict(tuple(reason for reason in refusal.verdict.reasons if reason.code not in said)))
        return False
    return True


def pressed(
    request: StaffRequest, act: Callable[[], object], contract: Contract, *, said: str = "", undo_url: str = ""
) -> HttpResponseBase:
    """A verb in one press: do it, show the page as it is now; a refusal is said and changes nothing."""
    press(request, act, say=sentences, said=said, undo_url=undo_url)
    return after(request, contract)


def after(request: StaffRequest, contract: Contract, *, at: str = "") -> HttpResponseBase:
    return renewed(request, lambda: shown(request, contract), to=contract.get_absolute_url() + at)


def asked(
    request: StaffRequest,
    contract: Contract,
    form: RefusableForm,
    act: Callable[[], object],
    *,
    title: str,
    button: str,
    said: str,
    hint: str = "",
    tone: str = "primary",
    is_created: bool = False,
    lacking: Sequence[Lacking] = (),
    ends: Sequence[str] = (),
) -> HttpResponseBase:
    """A verb with a small form of its own, in the shared sheet where there is a script (region ``ask``). ``lacking``: what
    stands against it, with the way to mend it; ``ends``: what comes to an end with it."""
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            if tried(form, act, said={one.code for one in lacking}):
                toast(request, said)
                return after(request, contract)
            status = 422
        except Conflict:
            form.add_error(None, _("合同刚被改过。请关掉这里，按最新的内容再看一次。"))
            status = 409
    context: dict[str, Any] = {
        "deal": contract.opportunity, "contract": contract, "form": form, "url": request.get_full_path(),
        "title": title, "button": button, "hint": hint, "tone": tone, "is_created": is_created,
        "lacking": lacking, "ends": ends,
    }  # fmt: skip
    return screen(request, "contracts/ask.html", context, region="ask", status=status)


def reason_form(request: StaffRequest) -> ReasonForm:
    return ReasonForm(typed(request))
