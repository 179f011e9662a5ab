"""Many leads at once: choose, look at what will happen, do it, see what came of it, take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Reason, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import name_of, receivers
from tuoke.steps.leads import actions
from tuoke.steps.leads.forms import BulkForm
from tuoke.steps.leads.list_words import left_alone, sentence, sentences
from tuoke.steps.leads.models import BULK_VERB_NAMES, BulkRun
from tuoke.steps.leads.queries import chosen
from tuoke.steps.leads.queries.bulk import sifted
from tuoke.steps.leads.rules.bulk import IN_BACKGROUND, SHOWN, BulkVerb, RunStatus
from tuoke.steps.leads.views.trail import asked_for

MOST_PICKED = 10_000
Left = list[tuple[str, int, list[tuple[str, str]]]]


@require_POST
@needs(Permission.LEAD_WRITE)
def choose(request: StaffRequest) -> HttpResponseBase:
    """Freeze what was ticked, or with ``all`` everything that the list's ``query`` finds, and go on to look at it."""
    verb, query = request.POST.get("verb", ""), request.POST.get("query", "")
    back = f"{reverse('leads:list')}?{query}"
    if verb not in set(BulkVerb):
        return _refused(request, [_("请选择要做什么。")], back)
    picked = _everything(request, query) if request.POST.get("all") else _ticked(request)
    if picked is None:
        return _refused(request, [_("筛选条件看不明白，请回到列表重新选择。")], back)
    try:
        run = actions.choose(
            verb=BulkVerb(verb), chosen=picked, query=query, by=request.principal, now=timezone.now()
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, sentences(refusal.verdict), back)
    return redirect(run)


@require_http_methods(["GET", "POST"])
@needs(Permission.LEAD_WRITE)
def run(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """The run: what it will do, then what it did. A second press shows the result of the first."""
    found = _own(request, public_id)
    verb = BulkVerb(found.verb)
    given = request.POST if request.method == "POST" and found.status == RunStatus.DRAFT else None
    form = BulkForm(given, verb=verb, receivers=receivers(request.principal), initial=found.terms)
    if given is None:
        return redirect(found) if request.method == "POST" else _show(request, found, form)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    seen = _is_seen(found, form.terms())
    try:
        found = actions.settle(run=found, terms=form.terms(), by=request.principal)
        if given.get("step") == "do" and seen:  # who chose anew looks first
            actions.start(run=found, by=request.principal, now=timezone.now())
            return redirect(found)
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return _show(request, found, form, status=422)
    return _show(request, found, form)


@require_POST
@needs(Permission.LEAD_WRITE)
def undo(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    found = _own(request, public_id)
    try:
        found = actions.undo_run(run=found, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _refused(request, sentences(refusal.verdict), found.get_absolute_url())
    toast(request, _("已撤销"))
    return redirect(found)


def _is_seen(found: BulkRun, terms: Mapping[str, Any]) -> bool:
    """Has the preview judged by these terms? A reason changes nothing about who may be touched."""
    return all(found.terms.get(name) == value for name, value in terms.items() if name != "reason")


def _everything(request: StaffRequest, query: str) -> list[tuple[int, int]] | None:
    asked = asked_for(QueryDict(query), request.principal)
    return chosen(asked) if asked else None


def _ticked(request: StaffRequest) -> list[tuple[int, int]]:
    """The ticked rows; what is no row of a list is left out."""
    found = []
    for said in request.POST.getlist("pick")[: MOST_PICKED + 1]:
        pk, _dot, version = said.partition(".")
        if all(part.isascii() and part.isdigit() and len(part) < 16 for part in (pk, version)):
            found.append((int(pk), int(version)))
    return found


def _own(request: StaffRequest, public_id: UUID) -> BulkRun:
    return get_object_or_404(BulkRun.objects.visible_to(request.principal), public_id=public_id)


def _show(request: StaffRequest, found: BulkRun, form: BulkForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "run": found,
        "form": form,
        "title": BULK_VERB_NAMES[BulkVerb(found.verb)],
        "back": f"{reverse('leads:list')}?{found.query}",
        "chosen": len(found.chosen),
        "in_background": IN_BACKGROUND,
        "is_draft": found.status == RunStatus.DRAFT,
        "is_waiting": found.status == RunStatus.QUEUED,
    }
    if found.status == RunStatus.DRAFT:
        context["is_settled"] = bool(found.terms) or not set(form.fields) - {"reason"}
        context |= _preview(found, by=request.principal)
    else:
        context |= _result(found, by=request.principal)
    return screen(request, "leads/bulk_run.html", context, region="run", status=status)


def _preview(found: BulkRun, *, by: Principal) -> dict[str, Any]:
    judged = sifted(found.chosen, verb=BulkVerb(found.verb), terms=found.terms, by=by, now=timezone.now())
    left = [
        (left_alone(code, one.reason.params), one.count, _named(one.leads, by=by)) for code, one in judged.left.items()
    ]
    return {"may": len(judged.leads), "left": left}


def _result(found: BulkRun, *, by: Principal) -> dict[str, Any]:
    """The leads are looked up again: what one may not see any more isn't named."""
    left: Mapping[str, Any] = found.result.get("left", {})
    ids = {pk for one in left.values() for pk in one["leads"][:SHOWN]}
    leads = Lead.objects.visible_to(by).in_bulk(ids)
    said: Left = [
        (
            left_alone(code, one["params"]),
            one["count"],
            _named((leads[pk] for pk in one["leads"][:SHOWN] if pk in leads), by=by),
        )
        for code, one in left.items()
    ]
    refused = [sentence(Reason(code, params)) for code, params in found.result.get("refused", [])]
    return {"done": found.result.get("done", 0), "left": said, "refused": refused}


def _named(leads: Iterable[Lead], *, by: Principal) -> list[tuple[str, str]]:
    return [(name_of(lead, who=by), lead.get_absolute_url()) for lead in leads]


def _refused(request: StaffRequest, reasons: list[str], back: str) -> HttpResponse:
    context = {"reasons": reasons, "name": _("批量操作"), "back": back}
    return screen(request, "leads/refused.html", context, status=422)
