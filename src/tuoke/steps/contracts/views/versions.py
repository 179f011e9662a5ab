"""Versions: made, read, compared, printed; and the one that the customer sent back."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import no
from tuoke.base.ui.http import screen, status_of, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.contracts import actions, queries
from tuoke.steps.contracts.documents import contract_document
from tuoke.steps.contracts.forms import AgainstForm, NoteForm, ReturnedForm
from tuoke.steps.contracts.models import PART_NAMES, ContractVersion
from tuoke.steps.contracts.reading import NoText, text_of
from tuoke.steps.contracts.rules import Frozen, Part, between
from tuoke.steps.contracts.rules import returned as come_back
from tuoke.steps.contracts.views.showing import asked, contract_of
from tuoke.steps.contracts.words import HEAD_NAMES

PAPERS = ("docx", "pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_WRITE)
def freeze(request: StaffRequest, pk: int) -> HttpResponseBase:
    """定为新的一版 (region ``ask``)."""
    contract, form = contract_of(request, pk, action="write"), NoteForm(typed(request))
    by, now = request.principal, timezone.now()
    return asked(
        request,
        contract,
        form,
        lambda: actions.freeze(contract=contract, note=form.cleaned_data["note"], by=by, now=now),
        title=_("定为新的一版"),
        hint=_("确认、审批、打印和签署都针对一个版本；版本定下后不再改变。内容没有变化时不会多出一版。"),
        button=_("定版"),
        said=_("已定版"),
    )


@require_safe
@needs(Permission.CONTRACT_READ)
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """A version as it was frozen; ``?against=`` its differences to another (region ``reading``)."""
    found = version_of(request, pk)
    others = [one for one in ContractVersion.objects.filter(contract=found.contract) if one.pk != found.pk]
    form = AgainstForm(request.GET or None, versions=others)
    number = form.cleaned_data["against"] if form.is_valid() else None
    other = next((one for one in others if one.number == number), None)
    context: dict[str, Any] = {
        "version": found, "contract": found.contract, "deal": found.contract.opportunity, "form": form,
        "others": others, "frozen": found.frozen, "parts": parts_of(found.frozen), "today": timezone.localdate(),
        "may_export": request.principal.may(Permission.EXPORT),
    }  # fmt: skip
    if other is not None:
        older, newer = sorted((found, other), key=lambda one: one.number)
        change = between(older.frozen, newer.frozen)
        context |= {"change": change, "older": older, "newer": newer, "head": _head(change.head)}
    return screen(request, "contracts/version.html", context, region="reading")


@require_safe
@needs(Permission.CONTRACT_READ)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The version on paper: docx or pdf."""
    if kind not in PAPERS:
        raise Http404
    found, target = version_of(request, pk), BytesIO()
    write_document(target, contract_document(found), kind=kind)
    response = HttpResponse(target.getvalue(), content_type=CONTENT_TYPES[kind])
    name = quote(f"{found.frozen.number}-{found.frozen.title}-v{found.number}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONTRACT_READ)
def returned(request: StaffRequest, pk: int) -> HttpResponseBase:
    """客户发回的版本: pasted or uploaded, compared clause by clause with our newest version (region ``returned``). Nothing
    of it is kept."""
    contract = contract_of(request, pk)
    latest = queries.latest_version(contract)
    form = ReturnedForm(request.POST, request.FILES) if request.method == "POST" else ReturnedForm()
    context: dict[str, Any] = {"contract": contract, "deal": contract.opportunity, "form": form, "version": latest}
    status = 200
    if request.method == "POST" and form.is_valid() and latest is not None:
        text = _text(form)
        if text:
            context["result"] = come_back(latest.frozen, text)
        status = status_of(form)
    elif request.method == "POST":
        status = 422
    return screen(request, "contracts/returned.html", context, region="returned", status=status)


def version_of(request: StaffRequest, pk: int) -> ContractVersion:
    visible = ContractVersion.objects.visible_to(request.principal)
    return get_object_or_404(visible.select_related("contract__opportunity__customer", "made_by"), pk=pk)


def parts_of(frozen: Frozen) -> list[tuple[object, list[tuple[int, Any]]]]:
    """(name of the part, [(number, clause)]), counted through as on paper."""
    found: list[tuple[object, list[tuple[int, Any]]]] = []
    number = 0
    for part in Part:
        clauses = []
        for clause in frozen.clauses:
            if clause.part == part:
                number += 1
                clauses.append((number, clause))
        if clauses:
            found.append((PART_NAMES[part], clauses))
    return found


def _text(form: ReturnedForm) -> str:
    sent = form.cleaned_data["file"]
    if sent is None:
        pasted = str(form.cleaned_data["text"])
        if not pasted.strip():
            form.refuse(no("nothing_returned", field="text"))
        return pasted.strip()
    try:
        return text_of(sent.name, sent.read(5_000_001))
    except NoText:
        form.refuse(no("file_unreadable", field="file"))
        return ""


def _head(changes: tuple[tuple[str, str, str], ...]) -> list[tuple[object, str, str]]:
    return [(HEAD_NAMES.get(name, name), before, after) for name, before, after in changes]
