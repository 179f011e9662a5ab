"""谈判轮次: both sides' offers round by round, recorded during the meeting or after it."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.queries import ladder_of, may_see_line
from tuoke.steps.negotiation.rounds import actions, queries
from tuoke.steps.negotiation.rounds.documents import TITLE, rounds_document
from tuoke.steps.negotiation.rounds.forms import EditRoundForm, NewRoundForm
from tuoke.steps.negotiation.rounds.models import Round
from tuoke.steps.negotiation.rounds.rules import NOTHING
from tuoke.steps.negotiation.rounds.views.showing import (
    done,
    found_deal,
    people_of,
    pressed,
    shown,
    tried,
)


@require_GET
@needs(Permission.NEGOTIATION_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """All rounds, newest first; ``?before=`` for older ones (region ``rounds``)."""
    return shown(request, found_deal(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def new(request: StaffRequest, pk: int) -> HttpResponseBase:
    """记录一轮 (region ``round-form``), filled in from what lies on the table. Where a colleague recorded one meanwhile both
    are shown (409), and what was typed stays."""
    deal = found_deal(request, pk, action="write")
    form = _blank(request, deal)
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": _("记录一轮谈判")}
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        try:
            if tried(form, lambda: actions.record_round(deal=deal, draft=form.draft, by=by, now=now, reason=form.why)):
                toast(request, _("已记录这一轮"))
                return done(request, deal)
        except Conflict as conflict:
            last = _current(conflict)
            context |= {"meanwhile": last, "form": _seen_now(request, form, last)}
            return screen(request, "rounds/round.html", context, region="round-form", status=409)
    return screen(request, "rounds/round.html", context, region="round-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Correct a round (region ``round-form``). A stale version shows both sides (409)."""
    row = _round(request, pk)
    deal = row.opportunity
    form = _edit_form(request, row)
    title = _("修改第 %(number)s 轮") % {"number": row.number}
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": title, "row": row}
    if request.method == "POST" and form.is_valid():
        by, now, version = request.principal, timezone.now(), form.cleaned_data["version"] or 0
        try:
            if tried(
                form,
                lambda: actions.edit_round(row=row, version=version, draft=form.draft, by=by, now=now, reason=form.why),
            ):
                toast(request, _("已保存"))
                return done(request, deal)
        except Conflict as conflict:
            context |= {"rows": _two_sides(request, form, conflict), "who": _who_recorded(conflict)}
            return screen(request, "rounds/round.html", context, region="round-form", status=409)
    return screen(request, "rounds/round.html", context, region="round-form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = _round(request, pk), request.principal, timezone.now()

    def act() -> None:
        actions.withdraw_round(row=row, by=by, now=now)
        toast(request, _("已撤回这一轮"), undo_url=reverse("rounds:restore", args=[pk]))

    return pressed(request, act, row.opportunity)


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    row, by, now = _round(request, pk), request.principal, timezone.now()

    def act() -> None:
        actions.restore_round(row=row, by=by, now=now)
        toast(request, _("已恢复这一轮"))

    return pressed(request, act, row.opportunity)


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """《谈判轮次》 as docx, xlsx or pdf: what whoever asks sees on the page."""
    if kind not in CONTENT_TYPES or not request.principal.may(Permission.NEGOTIATION_READ):
        raise Http404
    deal, target = found_deal(request, pk), BytesIO()
    write_document(target, rounds_document(request.principal, deal, today=timezone.localdate()), kind=kind)
    response = HttpResponse(target.getvalue(), content_type=CONTENT_TYPES[kind])
    name = quote(f"{TITLE}-{deal.customer.name}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _round(request: StaffRequest, pk: int) -> Round:
    visible = Round.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner"), pk=pk)


def _steps(request: StaffRequest, deal: Opportunity) -> list[Concession]:
    """What can still be given of the ladder."""
    return [step for step in ladder_of(request.principal, deal).listed if not step.is_given]


def _blank(request: StaffRequest, deal: Opportunity) -> NewRoundForm:
    ours, theirs = queries.on_the_table(deal)
    last = Round.objects.filter(opportunity=deal).order_by("-number").first()
    first = queries.first_terms(deal) if last is None else NOTHING
    initial = NewRoundForm.initial_of(
        first if ours == NOTHING else ours, theirs, seen=last.number if last else 0, now=timezone.now()
    )
    initial["contact"] = (last.contact_id if last else None) or ""
    return NewRoundForm(
        typed(request),
        contacts=people_of(deal),
        steps=_steps(request, deal),
        asks_reason=may_see_line(request.principal, deal),
        initial=initial,
    )


def _seen_now(request: StaffRequest, form: NewRoundForm, last: Round) -> NewRoundForm:
    """The form as it was typed, which now knows of the other's round."""
    data = request.POST.copy()
    data["seen"] = str(last.number)
    form.data = data
    return form


def _edit_form(request: StaffRequest, row: Round) -> EditRoundForm:
    deal = row.opportunity
    return EditRoundForm(
        typed(request),
        contacts=people_of(deal),
        asks_reason=may_see_line(request.principal, deal),
        initial=EditRoundForm.initial_of(row, list(row.positions.all())),
    )


def _two_sides(request: StaffRequest, form: EditRoundForm, conflict: Conflict) -> list[tuple[str, str, str]]:
    """Both sides where they differ, as the form says them."""
    theirs = _edit_form_of(request, _current(conflict))
    rows = []
    for name in form.fields:
        mine, said = str(form[name].value() or ""), str(theirs[name].value() or "")
        if name not in ("version", "reason", "held_at") and mine != said:
            rows.append((str(form[name].label), mine, said))
    return rows


def _edit_form_of(request: StaffRequest, row: Round) -> EditRoundForm:
    initial = EditRoundForm.initial_of(row, list(row.positions.all()))
    return EditRoundForm(contacts=people_of(row.opportunity), asks_reason=True, initial=initial)


def _who_recorded(conflict: Conflict) -> str:
    last = history_of(_current(conflict)).first()
    return last.actor_name if last else ""


def _current(conflict: Conflict) -> Round:
    assert isinstance(conflict.current, Round), "rounds alone are edited here"
    return conflict.current
