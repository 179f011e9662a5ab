"""The clauses: written here or taken from the library, edited in their place, ordered, left out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.ui.http import screen, status_of, toast, typed, wants_part
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.contracts import actions, queries
from tuoke.steps.contracts.forms import ClauseForm, EditClauseForm, MoveForm, OrderForm, VersionForm
from tuoke.steps.contracts.models import PART_NAMES, Clause
from tuoke.steps.contracts.rules import ClauseDraft, Part
from tuoke.steps.contracts.views.showing import after, clause_of, contract_of, pressed, tried


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A clause of one's own (region ``clause-form``). ``?part=`` fills the form."""
    contract, by, now = contract_of(request, pk, action="write"), request.principal, timezone.now()
    part = request.GET.get("part", "")
    form = ClauseForm(typed(request), initial={"part": part if part in set(Part) else Part.OWN.value}, prefix="new")

    def act() -> None:
        actions.add_clause(contract=contract, draft=form.draft, by=by, now=now)

    if request.method == "POST" and form.is_valid() and tried(form, act):
        toast(request, _("已加入合同"))
        return after(request, contract)
    context = {"form": form, "contract": contract, "deal": contract.opportunity, "is_part": wants_part(request)}
    return screen(request, "contracts/clause.html", context, region="clause-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change a clause in its place (region ``clause-form``). A stale version shows both sides."""
    clause, by, now = clause_of(request, pk), request.principal, timezone.now()
    contract = clause.contract
    initial = {name: getattr(clause, name) for name in ("part", "title", "text", "version")}
    form = EditClauseForm(typed(request), initial=initial, prefix=f"clause{clause.pk}")
    context: dict[str, Any] = {
        "form": form, "clause": clause, "contract": contract, "deal": contract.opportunity,
        "is_part": wants_part(request),
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            if tried(
                form, lambda: actions.edit_clause(clause=clause, version=version, draft=form.draft, by=by, now=now)
            ):
                toast(request, _("已保存"))
                return after(request, contract, at=f"#clause-{clause.pk}")
        except Conflict as conflict:
            context["rows"] = _two_sides(form.draft, conflict)
            return screen(request, "contracts/clause.html", context, region="clause-form", status=409)
    return screen(request, "contracts/clause.html", context, region="clause-form", status=status_of(form))


@require_safe
@needs(Permission.CONTRACT_READ)
def library(request: StaffRequest, pk: int) -> HttpResponse:
    """Every clause of the library that fits this customer; ``?q=`` and ``?part=`` narrow it down (region ``library``)."""
    contract = contract_of(request, pk)
    words, part = request.GET.get("q", "")[:100].casefold().split(), request.GET.get("part", "")
    fitting = queries.clauses_offered(request.principal, contract.opportunity)
    found = [
        one
        for one in fitting
        if (not part or one.part == part) and all(word in f"{one.title} {one.text}".casefold() for word in words)
    ]
    taken = {clause.source.item_id for clause in queries.clauses_of(contract) if clause.source is not None}
    context = {
        "contract": contract, "deal": contract.opportunity, "found": found, "taken": taken, "count": len(found),
        "q": request.GET.get("q", "")[:100], "part": part, "parts": [(p.value, name) for p, name in PART_NAMES.items()],
        "names": {p.value: name for p, name in PART_NAMES.items()},
        "may_write": contract.is_open and request.principal.may(Permission.CONTRACT_WRITE),
    }  # fmt: skip
    return screen(request, "contracts/library.html", context, region="library")


@require_POST
@needs(Permission.CONTRACT_WRITE)
@once
def take(request: StaffRequest, pk: int, item: int) -> HttpResponseBase:
    """One of the library's clauses, with what is known in its 〔places〕."""
    contract, by, now = contract_of(request, pk, action="write"), request.principal, timezone.now()
    template = next((one for one in queries.clauses_offered(by, contract.opportunity) if one.item_id == item), None)
    if template is None:
        messages.error(request, _("资料库里的这一条已停用，请换一条。"))
        return after(request, contract)
    source = ItemVersion.objects.select_related("item").get(pk=template.version_id)
    return pressed(
        request,
        lambda: actions.take_clause(contract=contract, source=source, template=template, by=by, now=now),
        contract,
        said=_("已加入“%(title)s”") % {"title": template.title},
    )


@require_POST
@needs(Permission.CONTRACT_WRITE)
def reorder(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The order made by dragging: ``order`` is ids with commas; each keeps its part."""
    contract, form = contract_of(request, pk, action="write"), OrderForm(request.POST)
    by, now = request.principal, timezone.now()
    if not form.is_valid():
        messages.error(request, _("顺序没有保存，请再拖一次。"))
        return after(request, contract)
    return pressed(request, lambda: actions.reorder(contract=contract, order=form.ids, by=by, now=now), contract)


@require_POST
@needs(Permission.CONTRACT_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One place up or down within its part, for those who don't drag."""
    clause, form = clause_of(request, pk), MoveForm(request.POST)
    contract, by, now = clause.contract, request.principal, timezone.now()
    if not form.is_valid():
        return after(request, contract)
    order = [other.pk for other in queries.clauses_of(contract) if other.part == clause.part]
    if clause.pk in order:
        place = order.index(clause.pk)
        other = place + (1 if form.cleaned_data["to"] == "down" else -1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    return pressed(request, lambda: actions.reorder(contract=contract, order=order, by=by, now=now), contract)


@require_POST
@needs(Permission.CONTRACT_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    clause, form = clause_of(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw_clause(clause=clause, version=version, by=by, now=now),
        clause.contract,
        said=_("已拿掉“%(title)s”") % {"title": clause.title},
        undo_url=reverse("contracts:clause_restore", args=[clause.pk]),
    )


@require_POST
@needs(Permission.CONTRACT_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    clause, by, now = clause_of(request, pk), request.principal, timezone.now()
    return pressed(
        request, lambda: actions.restore_clause(clause=clause, by=by, now=now), clause.contract, said=_("已恢复")
    )


def _two_sides(mine: ClauseDraft, conflict: Conflict) -> list[tuple[str, object, object]]:
    current = conflict.current
    assert isinstance(current, Clause)
    return [
        (_("条款名称"), mine.title, current.title),
        (_("属于哪一部分"), PART_NAMES[Part(mine.part)], PART_NAMES[Part(current.part)]),
        (_("条款内容"), mine.text, current.text),
    ]
