"""What the screens of a market analysis show, as one page and as its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.queries import history_of
from tuoke.base.ui.charts import Chart
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.markets import words
from tuoke.steps.targeting.markets.facts import competitors_wanted
from tuoke.steps.targeting.markets.models import KIND_NAMES, MarketAnalysis, Statement
from tuoke.steps.targeting.markets.queries import Report, analysis_of, growth_chart, report_of
from tuoke.steps.targeting.markets.rules import StatementKind, missing


@dataclass(frozen=True, slots=True)
class Place:
    """One part of the report: its statements, what belongs there while it is empty, and what was voided."""

    kind: StatementKind
    title: StrOrPromise
    belongs: StrOrPromise
    listed: list[Statement]
    voided: list[Statement]
    chart: Chart | None = None


def found_campaign(request: StaffRequest, pk: int) -> Campaign:
    """Campaigns are the company's: whoever may read profiles (``@needs``) reads them all."""
    return get_object_or_404(Campaign.objects.select_related("owner"), pk=pk)


def found_analysis(request: StaffRequest, campaign: int) -> MarketAnalysis:
    found = analysis_of(found_campaign(request, campaign), request.principal)
    if found is None:
        raise Http404
    return found


def found_statement(request: StaffRequest, pk: int) -> Statement:
    visible = Statement.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("analysis__campaign", "competitor"), pk=pk)


def kind_named(name: str) -> StatementKind:
    try:
        return StatementKind(name)
    except ValueError as error:
        raise Http404 from error


def may_write(request: StaffRequest) -> bool:
    return request.principal.may(Permission.PROFILE_WRITE)


def version_in(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", "")[:10])
    except ValueError as error:
        raise Http404 from error


def place_of(report: Report, kind: StatementKind) -> Place:
    voided = [said for said in report.voided if said.kind == kind.value]
    chart = growth_chart(report) if kind is StatementKind.GROWTH else None
    return Place(kind, KIND_NAMES[kind], _belongs(kind), list(report.listed[kind]), voided, chart)


def shown(request: StaffRequest, analysis: MarketAnalysis) -> dict[str, Any]:
    """The whole page's context."""
    report = report_of(analysis)
    growth = next((found for _said, found in report.growth if found), None)
    return {
        "campaign": analysis.campaign,
        "analysis": analysis,
        "report": report,
        "places": [place_of(report, kind) for kind in StatementKind],
        "growth": growth,
        "growth_text": words.growth(growth) if growth else "",
        "missing": [words.right(reason) for reason in missing(report.counts, competitors=competitors_wanted())],
        "overdue": analysis.review_by is not None and analysis.review_by < timezone.localdate(),
        "may_write": may_write(request),
    }


def two_sides(current: models.Model, mine: dict[str, str], theirs: dict[str, str]) -> dict[str, Any]:
    """What the conflict's notice takes: both sides where they differ, and who saved first."""
    rows = [
        (words.FIELDS.get(name, name), mine[name] or "—", theirs[name] or "—")
        for name in theirs
        if name in mine and mine[name] != theirs[name]
    ]
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else ""}


def _belongs(kind: StatementKind) -> str:
    return {
        StatementKind.SIZE: _(
            "这个市场一年有多大：金额、年份、算的是什么。几份报告说法不同就都记下来，差得多会标出“口径不一”。"
        ),
        StatementKind.GROWTH: _("几年的规模连起来看：在长还是在缩，每年多少。"),
        StatementKind.SEGMENT: _("市场分成哪几块，各占多少，哪一块值得先做、为什么。"),
        StatementKind.COMPETITOR: _("会遇到谁：他们强在哪、弱在哪、卖多少钱，我们怎么应对。"),
        StatementKind.UNMET: _("客户想要、现有产品都没做好的事：这就是我们的机会。"),
    }[kind]
