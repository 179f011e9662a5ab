from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import timeline_of
from tuoke.base.ui.http import screen, toast, wants_part
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.catalog.queries import campaign_owners
from tuoke.steps.targeting.markets import actions, words
from tuoke.steps.targeting.markets.documents import market_document
from tuoke.steps.targeting.markets.forms import AnalysisForm, readable
from tuoke.steps.targeting.markets.models import MarketAnalysis
from tuoke.steps.targeting.markets.queries import analysis_of, copyable, report_of
from tuoke.steps.targeting.markets.views.showing import (
    found_analysis,
    found_campaign,
    kind_named,
    may_write,
    place_of,
    shown,
    two_sides,
    version_in,
)


@require_safe
@needs(Permission.PROFILE_READ)
def analysis(request: StaffRequest, campaign: int) -> HttpResponse:
    """市场分析 of a campaign, read like a report; where there is none it says what belongs here and how to begin.

    htmx may ask for one part (``?place=size``, region ``place``): a form that was given up closes so.
    """
    found = found_campaign(request, campaign)
    existing = analysis_of(found, request.principal)
    if existing is not None and wants_part(request) and (asked := request.GET.get("place")):
        place = place_of(report_of(existing), kind_named(asked))
        context: dict[str, Any] = {"campaign": found, "place": place, "may_write": may_write(request)}
        return screen(request, "markets/place.html", context, region="place")
    context = {"campaign": found, "may_write": may_write(request)}
    if existing is not None:
        context |= shown(request, existing) | {"events": timeline_of(thread=existing)}
    if existing is None or context["report"].is_empty:
        context["copyable"] = copyable(found, request.principal) if may_write(request) else []
    return screen(request, "markets/analysis.html", context)


@require_safe
@needs(Permission.PROFILE_READ)
def summary(request: StaffRequest, campaign: int) -> HttpResponse:
    """The figures on top (region ``summary``), asked again when a part of the report changed."""
    context = shown(request, found_analysis(request, campaign))
    return screen(request, "markets/summary.html", context, region="summary")


@require_POST
@needs(Permission.PROFILE_WRITE)
def begin(request: StaffRequest, campaign: int) -> HttpResponseBase:
    found = found_campaign(request, campaign)
    actions.begin(campaign=found, by=request.principal, now=timezone.now())
    return redirect("markets:analysis", campaign)


@require_POST
@needs(Permission.PROFILE_WRITE)
def copy(request: StaffRequest, campaign: int) -> HttpResponseBase:
    """Begin with the statements of another campaign's analysis."""
    found = found_campaign(request, campaign)
    asked = request.POST.get("source", "")[:10]
    pk = int(asked) if asked.isascii() and asked.isdigit() else 0
    source = get_object_or_404(MarketAnalysis.objects.visible_to(request.principal).select_related("campaign"), pk=pk)
    try:
        actions.copy_from(campaign=found, source=source, by=request.principal, now=timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(map(words.right, refused.verdict.reasons)))
    else:
        toast(request, _("已复制，来源和日期保持原样；请逐条看看是否还成立。"))
    return redirect("markets:analysis", campaign)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def edit(request: StaffRequest, campaign: int) -> HttpResponseBase:
    """The head of an analysis: goal, owner, review date. A stale version answers 409 with both sides."""
    found = found_analysis(request, campaign)
    owners = [*campaign_owners(), found.owner]
    form = AnalysisForm(request.POST or None, owners=owners, initial=AnalysisForm.initial_of(found))
    context: dict[str, Any] = {"form": form, "campaign": found.campaign, "version": found.version}
    if request.method == "POST" and form.is_valid():
        version = version_in(request)
        try:
            actions.change_analysis(
                analysis=found, version=version, draft=form.draft, by=request.principal, now=timezone.now()
            )
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, MarketAnalysis)
            theirs = AnalysisForm.initial_of(current) | {"owner": current.owner}
            context |= {"version": current.version, "url": reverse("markets:edit", args=[campaign])}
            context |= two_sides(current, readable(form.cleaned_data), readable(theirs))
            return screen(request, "markets/edit.html", context, status=409)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect("markets:analysis", campaign)
    return screen(request, "markets/edit.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@needs(Permission.PROFILE_READ)
def export(request: StaffRequest, campaign: int, kind: str) -> HttpResponse:
    """市场分析 as docx, xlsx or pdf."""
    if kind not in CONTENT_TYPES:
        raise Http404
    found = found_analysis(request, campaign)
    target = io.BytesIO()
    write_document(target, market_document(report_of(found), today=timezone.localdate()), kind=kind)
    disposition = content_disposition_header(as_attachment=True, filename=f"市场分析-{found.campaign.name}.{kind}")
    return HttpResponse(
        target.getvalue(), content_type=CONTENT_TYPES[kind], headers={"Content-Disposition": disposition}
    )
