from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.spine.catalog.queries import competitors
from tuoke.steps.targeting.markets import actions
from tuoke.steps.targeting.markets.actions import Way
from tuoke.steps.targeting.markets.forms import FORMS, StatementForm, readable
from tuoke.steps.targeting.markets.models import KIND_NAMES, MarketAnalysis, Statement
from tuoke.steps.targeting.markets.queries import report_of
from tuoke.steps.targeting.markets.rules import StatementKind
from tuoke.steps.targeting.markets.views.showing import (
    found_analysis,
    found_statement,
    kind_named,
    may_write,
    place_of,
    two_sides,
    version_in,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
@once
def add(request: StaffRequest, campaign: int, kind: str) -> HttpResponseBase:
    """Say one more thing (region ``statement-form``); the answer to a good one is its part of the report."""
    analysis, said = found_analysis(request, campaign), kind_named(kind)
    form = FORMS[said](request.POST if request.method == "POST" else None, auto_id=f"id_{said}_%s")
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_statement(
                analysis=analysis, draft=form.draft, rival=form.rival, by=request.principal, now=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已加入。"))
            return _answer(request, analysis, said)
    return _form(request, analysis, said, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Correct a statement in its place (region ``statement-form``). A stale version shows both sides (409)."""
    found = found_statement(request, pk)
    said = StatementKind(found.kind)
    form = FORMS[said](
        request.POST if request.method == "POST" else None,
        initial=FORMS[said].initial_of(found),
        auto_id=f"id_{pk}_%s",
    )
    if request.method == "POST" and form.is_valid():
        version = version_in(request)
        try:
            actions.change_statement(
                statement=found, version=version, draft=form.draft, rival=form.rival, by=request.principal,
                now=timezone.now(),
            )  # fmt: skip
        except Conflict as conflict:
            return _conflict(request, form, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return _answer(request, found.analysis, said)
    return _form(request, found.analysis, said, form, found=found)


@require_POST
@needs(Permission.PROFILE_WRITE)
def void(request: StaffRequest, pk: int) -> HttpResponseBase:
    undo = reverse("markets:statement_restore", args=[pk])
    return _pressed(request, pk, actions.void_statement, said=_("已作废。"), undo_url=undo)


@require_POST
@needs(Permission.PROFILE_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _pressed(request, pk, actions.restore_statement, said=_("已恢复。"))


@require_POST
@needs(Permission.PROFILE_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One place up or down (``way``)."""
    way = Way.UP if request.POST.get("way") == "up" else Way.DOWN

    def moved(**given: Any) -> Statement:
        return actions.move_statement(way=way, **given)

    return _pressed(request, pk, moved, said="")


def _pressed(
    request: StaffRequest, pk: int, verb: Callable[..., Statement], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    found = found_statement(request, pk)
    verb(statement=found, by=request.principal, now=timezone.now())
    if said:
        toast(request, said, undo_url=undo_url)
    return _answer(request, found.analysis, StatementKind(found.kind))


def _answer(request: StaffRequest, analysis: MarketAnalysis, kind: StatementKind) -> HttpResponseBase:
    """htmx gets the part of the report that changed and is told so; a plain form goes back to it."""
    if not wants_part(request):
        return redirect(f"{reverse('markets:analysis', args=[analysis.campaign_id])}#{kind.value}")
    context = {
        "campaign": analysis.campaign,
        "place": place_of(report_of(analysis), kind),
        "may_write": may_write(request),
    }
    response = screen(request, "markets/place.html", context, region="place")
    response["HX-Trigger"] = "market-changed"
    return response


def _form(
    request: StaffRequest,
    analysis: MarketAnalysis,
    kind: StatementKind,
    form: StatementForm,
    *,
    found: Statement | None = None,
    status: int | None = None,
    **extra: Any,
) -> HttpResponse:
    context = {
        "campaign": analysis.campaign,
        "kind": kind,
        "kind_name": KIND_NAMES[kind],
        "statement": found,
        "version": found.version if found else 0,
        "form": form,
        "known": competitors(request.principal) if kind is StatementKind.COMPETITOR else [],
        "is_part": wants_part(request),
        **extra,
    }
    status = status or (422 if request.method == "POST" else 200)
    return screen(request, "markets/statement_form.html", context, region="statement-form", status=status)


def _conflict(request: StaffRequest, form: StatementForm, current: object) -> HttpResponse:
    assert isinstance(current, Statement)
    kind = StatementKind(current.kind)
    mine = {name: str(form[name].value() or "") for name in form.fields}
    sides = two_sides(current, mine, readable(type(form).initial_of(current)))
    url = reverse("markets:statement_edit", args=[current.pk])
    return _form(request, current.analysis, kind, form, found=current, status=409, url=url, **sides)
