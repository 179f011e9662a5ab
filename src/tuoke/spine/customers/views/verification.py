"""核验: what sources say about a party, as a region of its page (S2.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import after_post, screen, toast
from tuoke.spine.customers import actions
from tuoke.spine.customers.forms import FactForm
from tuoke.spine.customers.models import Customer, Fact, Lead
from tuoke.spine.customers.queries import is_masked, name_of
from tuoke.spine.customers.queries.verification import FactLine, fact_lines, keys_of_party
from tuoke.spine.customers.rules.verification import FactKey
from tuoke.spine.customers.words import sentence

Party = Lead | Customer
OPEN_TO_ALL = (FactKey.STAFF, FactKey.REVENUE)
"""Known of a lead in the pool to whoever sees it."""


@require_GET
@needs(Permission.CUSTOMER_READ)
def panel(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    return _panel(request, _party(kind, pk, who=request.principal))


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def state(request: StaffRequest, kind: str, pk: int) -> HttpResponseBase:
    """Write down what a source says."""
    party = _party(kind, pk, who=request.principal)
    form = FactForm(request.POST, keys=keys_of_party(party))
    if form.is_valid() and _stated(request, party, form):
        toast(request, _("已记下出处"))
        return after_post(request, lambda: _panel(request, _party(kind, pk, who=request.principal)), to=_page(party))
    return _panel(request, party, form=form, status=422)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    fact = _fact(request, pk)
    _changed(lambda: actions.withdraw_fact(fact=fact, by=request.principal, now=timezone.now()))
    toast(request, _("已撤下这条说法"), undo_url=reverse("customers:fact_restore", args=[pk]))
    return _answer(request, fact)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    fact = _fact(request, pk)
    _changed(lambda: actions.restore_fact(fact=fact, by=request.principal, now=timezone.now()))
    toast(request, _("已恢复"))
    return _answer(request, fact)


@require_POST
@needs(Permission.CUSTOMER_WRITE)
def adopt(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The record says from now on what this source says."""
    fact = _fact(request, pk)
    try:
        _changed(lambda: actions.adopt_fact(fact=fact, by=request.principal, now=timezone.now()))
    except Refused as refused:
        lines = [sentence(reason) for reason in refused.verdict.reasons]
        return _panel(request, fact.party, problems=lines, status=422)
    toast(request, _("已按这条说法更新资料"))
    return _answer(request, fact)


def _panel(
    request: StaffRequest,
    party: Party,
    *,
    form: FactForm | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    who = request.principal
    kind = "lead" if isinstance(party, Lead) else "customer"
    may_write = type(party).objects.visible_to(who, "write").filter(pk=party.pk).exists()
    context: dict[str, Any] = {
        "party": party,
        "kind": kind,
        "name": name_of(party, who=who) if isinstance(party, Lead) else party.name,
        "lines": _shown(fact_lines(party), party, who=who),
        "form": (form or FactForm(keys=keys_of_party(party), initial=_begun(request))) if may_write else None,
        "is_open": form is not None or "key" in request.GET,
        "problems": problems or [],
        "may_write": may_write,
        "may_adopt": may_write and kind == "lead",
        "columns": {"staff", "revenue"} if kind == "customer" else {key.value for key in FactKey},
    }
    return screen(request, "customers/verification.html", context, region="verification", status=status)


def _shown(lines: list[FactLine], party: Party, *, who: Principal) -> list[FactLine]:
    """Who may not see the contact of a lead in the pool learns nothing of him or of what was noted here."""
    if not (isinstance(party, Lead) and is_masked(party, who=who)):
        return lines
    return [FactLine(line.key, line.present, line.standing, (), ()) for line in lines if line.key in OPEN_TO_ALL]


def _begun(request: StaffRequest) -> dict[str, Any]:
    asked = request.GET.get("key", "")
    return {"observed_on": timezone.localdate(), "key": asked if asked in set(FactKey) else ""}


def _party(kind: str, pk: int, *, who: Principal) -> Party:
    if kind == "lead":
        return get_object_or_404(Lead.objects.visible_to(who), pk=pk)
    return get_object_or_404(Customer.objects.visible_to(who), pk=pk)


def _fact(request: StaffRequest, pk: int) -> Fact:
    found = Fact.objects.visible_to(request.principal, "write").select_related("lead", "customer")
    return get_object_or_404(found, pk=pk)


def _changed(act: Callable[[], object]) -> None:
    try:
        act()
    except (Lead.DoesNotExist, Customer.DoesNotExist) as gone:  # it was given away a moment ago
        raise Http404 from gone


def _stated(request: StaffRequest, party: Party, form: FactForm) -> bool:
    said = form.statement()
    try:
        _changed(lambda: actions.state_fact(party=party, statement=said, by=request.principal, now=timezone.now()))
    except Refused as refused:
        form.refuse(refused.verdict)
        return False
    return True


def _answer(request: StaffRequest, fact: Fact) -> HttpResponseBase:
    kind = "lead" if fact.lead_id is not None else "customer"
    party = fact.party
    return after_post(request, lambda: _panel(request, _party(kind, party.pk, who=request.principal)), to=_page(party))


def _page(party: Party) -> str:
    return party.get_absolute_url()
