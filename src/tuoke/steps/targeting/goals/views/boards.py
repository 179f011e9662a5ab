from __future__ import annotations

from typing import Any, Literal, cast

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen
from tuoke.base.ui.parts import Tab
from tuoke.services.exchange.writing import write_table
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals import hooks, words
from tuoke.steps.targeting.goals.forms import ScopeForm
from tuoke.steps.targeting.goals.hooks import Slice, Source
from tuoke.steps.targeting.goals.queries import Board, board, source_of
from tuoke.steps.targeting.goals.rules import Period, Slot
from tuoke.steps.targeting.goals.views.asked import Asked, asked, asked_campaign, query_of

LISTED = 50
SHEETS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@require_safe
@needs(Permission.GOAL_READ)
def index(request: StaffRequest) -> HttpResponse:
    """目标: one metric's tree in one period, of everything that the person sees (region ``goals``)."""
    source, period, campaign = _metric(request), _period(request), asked_campaign(request)
    today = timezone.localdate()
    found = board(
        request.principal, source=source, period=period, today=today, campaign_id=campaign.pk if campaign else None
    )
    form = ScopeForm(initial={"metric": source.metric, "period": str(period), "campaign": campaign})
    context = {
        "board": found,
        "source": source,
        "period": period,
        "is_money": source.is_money,
        "campaign": campaign,
        "form": form if Campaign.objects.exists() else None,
        "tabs": _metric_tabs(source, period, campaign),
        "kinds": _kind_tabs(source, period, campaign),
        "before": _address(source, period.before, campaign) if period.before else "",
        "after": _address(source, period.after, campaign) if period.after else "",
        "query": query_of(campaign.pk if campaign else None),
        "exports": _exports(source, period, campaign) if request.principal.may(Permission.EXPORT) else [],
        "may_set": bool(found.focus and found.focus.ruled),
    }
    return screen(request, "goals/index.html", context, region="goals")


@require_safe
@needs(Permission.GOAL_READ)
def goal(request: StaffRequest, metric: str, period: str, holder: str) -> HttpResponse:
    """One place: how far it is, its parts with what they lack, and what happened (region ``goal``)."""
    return goal_page(asked(request, metric, period, holder))


@require_safe
@needs(Permission.GOAL_READ)
def records(request: StaffRequest, metric: str, period: str, holder: str) -> HttpResponse:
    """The records behind an actual, as far as the person may see them, newest first."""
    place = asked(request, metric, period, holder)
    if not place.known.reach.covers(place.node.holder):
        raise Http404
    skip = _skip(request)
    part = _slice(place)
    found = list(place.source.records(request.principal, part, skip, LISTED + 1))
    context = {
        **place.context,
        "node": place.node,
        "row": place.row,
        "rows": found[:LISTED],
        "next": str(skip + LISTED) if len(found) > LISTED else None,
        "back": place.url("goal"),
    }
    return screen(request, "goals/records.html", context, region="list")


@require_safe
@needs(Permission.EXPORT)
def export(request: StaffRequest) -> HttpResponse:
    """The tree as it is seen, as xlsx or csv."""
    if not request.principal.may(Permission.GOAL_READ):
        raise Http404
    source, period, campaign = _metric(request), _period(request), asked_campaign(request)
    kind = request.GET.get("kind", "xlsx")
    if kind not in SHEETS:
        raise Http404
    found = board(
        request.principal,
        source=source,
        period=period,
        today=timezone.localdate(),
        campaign_id=campaign.pk if campaign else None,
    )
    headers, rows = table(found)
    response = HttpResponse(content_type=SHEETS[kind])
    name = f"{_('目标')}-{source.name}-{period}.{kind}"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    write_table(
        cast(Any, response), headers=headers, rows=rows, kind=cast(Literal["xlsx", "csv"], kind), sheet=str(source.name)
    )
    return response


def table(found: Board) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The board as a sheet: what is indented on the screen has its level in front."""
    headers = [
        _("层级"),
        _("部门或成员"),
        _("期间"),
        _("指标"),
        _("目标"),
        _("实际"),
        _("完成率(%)"),
        _("按进度应达"),
        _("下级差额"),
        _("分期差额"),
    ]
    rows = [
        (
            row.depth, row.name, str(found.period), str(found.source.name), row.goal, row.actual, row.percent, row.pace,
            row.people_gap, row.periods_gap,
        )
        for row in found.rows
    ]  # fmt: skip
    return headers, rows


def goal_page(place: Asked, *, status: int = 200, **extra: Any) -> HttpResponse:
    known, node, today = place.known, place.node, timezone.localdate()
    row = place.row
    stored = place.goal() if row.covered else None
    context = {
        **place.context,
        "node": node,
        "row": row,
        "below": [known.row(n, place.slot.period, today=today) for n in node.children] if row.covered else [],
        "parts": [known.row(node, part, today=today) for part in place.slot.period.parts],
        "whole": _whole(place),
        "events": list(history_of(stored)[:20]) if stored else [],
        "withdrawn": stored if stored and not stored.is_standing else None,
        "restore_url": place.url("restore"),
        **extra,
    }
    return screen(place.request, "goals/goal.html", context, region="goal", status=status)


def _whole(place: Asked) -> dict[str, str] | None:
    """The longer period that it is a part of."""
    longer = place.slot.period.whole
    if longer is None:
        return None
    slot = Slot(place.slot.metric, longer, place.slot.holder, place.slot.campaign_id)
    return {"name": words.period_name(longer), "url": place.url("goal", slot=slot)}


def _slice(place: Asked) -> Slice:
    holder, period, node = place.slot.holder, place.slot.period, place.node
    if holder.is_company:
        return Slice(period.first, period.last, place.slot.campaign_id)
    departments = frozenset({holder.department_id or 0}) if holder.is_person else node.departments
    return Slice(period.first, period.last, place.slot.campaign_id, departments, holder.user_id)


def _metric(request: StaffRequest) -> Source:
    found = source_of(request.GET.get("metric") or hooks.sources[0].metric)
    if found is None:
        raise Http404
    return found


def _period(request: StaffRequest) -> Period:
    text = request.GET.get("period", "")
    try:
        return Period.read(text) if text else Period.month_of(timezone.localdate())
    except ValueError as error:
        raise Http404 from error


def _skip(request: StaffRequest) -> int:
    text = request.GET.get("cursor", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise Http404
    return int(text)


def _metric_tabs(chosen: Source, period: Period, campaign: Campaign | None) -> list[Tab]:
    return [Tab(source.name, _address(source, period, campaign), current=source is chosen) for source in hooks.sources]


def _kind_tabs(source: Source, period: Period, campaign: Campaign | None) -> list[Tab]:
    """Year, quarter, month around the one that is seen; today's where it lies inside."""
    today = timezone.localdate()
    day = today if period.first <= today <= period.last else period.first
    every = (Period.year_of(day), Period.quarter_of(day), Period.month_of(day))
    return [Tab(words.KINDS[p.kind], _address(source, p, campaign), current=p.kind is period.kind) for p in every]


def _exports(source: Source, period: Period, campaign: Campaign | None) -> list[tuple[str, str]]:
    query = _address(source, period, campaign).split("?")[1]
    return [(kind, f"{reverse('goals:export')}?{query}&kind={kind}") for kind in SHEETS]


def _address(source: Source, period: Period | None, campaign: Campaign | None) -> str:
    asked_for = {"metric": source.metric, "period": str(period)} | ({"campaign": str(campaign.pk)} if campaign else {})
    return f"{reverse('goals:index')}?{urlencode(asked_for)}"
