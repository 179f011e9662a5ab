"""What every page of this room is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.base.ui.http import screen, toast
from tuoke.base.ui.verbs import press
from tuoke.services.calendar.queries import workdays
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff import drawing, queries, words
from tuoke.steps.contracts.kickoff.forms import RefusableForm
from tuoke.steps.contracts.kickoff.models import PARTY_NAMES, RACI_NAMES, KickoffPlan, Milestone
from tuoke.steps.contracts.kickoff.places import to_plan
from tuoke.steps.contracts.kickoff.queries import Divided, Sheet
from tuoke.steps.contracts.kickoff.rules import Party, Raci, Span
from tuoke.steps.contracts.kickoff.rules.drawing import Zoom, fitting

VIEWS = ("gantt", "table", "raci")


def found_deal(request: StaffRequest, pk: int) -> Opportunity:
    who, deals = request.principal, Opportunity.objects
    visible = deals.worked_on_by(who, Permission.PROJECT_WRITE) if request.method == "POST" else deals.visible_to(who)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def found_plan(request: StaffRequest, pk: int) -> KickoffPlan:
    visible = KickoffPlan.objects.visible_to(request.principal, "write")
    return get_object_or_404(
        visible.select_related("opportunity__customer", "opportunity__owner"),
        opportunity__in=Opportunity.objects.filter(pk=pk),
    )


def found_line(request: StaffRequest, pk: int) -> Milestone:
    visible = Milestone.objects.visible_to(request.principal, "write")
    related = ("plan__opportunity__customer", "plan__opportunity__owner", "owner", "contact")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def typed(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def status_of(form: RefusableForm) -> int:
    return 422 if form.is_bound else 200


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The plan as it is looked at (region ``kickoff``)."""
    today, plan = timezone.localdate(), queries.plan_of(deal)
    asked = _asked(request)
    context: dict[str, Any] = {
        "deal": deal,
        "plan": plan,
        "today": today,
        "may_write": may_write(request, deal),
        "may_export": request.principal.may(Permission.EXPORT),
        "view": asked.get("view", VIEWS[0]) if asked.get("view") in VIEWS else VIEWS[0],
    }
    if plan is not None:
        sheet = queries.sheet_of(plan)
        context |= {"sheet": sheet, "late": sheet.late(today), "following": sheet.following(today)}
        context["promised"] = queries.promised_before(deal, sheet)
        context |= _view_of(context["view"], sheet, asked, today=today, writes=context["may_write"])
    return screen(request, "kickoff/plan.html", context, region="kickoff")


def _view_of(view: str, sheet: Sheet, asked: dict[str, str], *, today: Any, writes: bool) -> dict[str, Any]:
    if view == "raci":
        divided = queries.divided_of(sheet)
        return {
            "divided": _cells(divided),
            "parties": list(PARTY_NAMES.values()),
            "lacking": sum(bool(d.gaps) for d in divided),
        }
    if view == "table":
        names = {line.key: line.name for line in sheet.lines}
        waits: dict[int, list[str]] = {}
        for link in sheet.links:
            waits.setdefault(link.after, []).append(f"{names[link.before]}{f' +{link.lag}' if link.lag else ''}")
        lines = [
            (line, waits.get(line.key, ()), drawing.who_said(line), drawing.state_said(line, today))
            for line in sheet.lines
        ]
        return {"lines": lines, "withdrawn": queries.withdrawn_of(sheet.plan), "shifts": queries.shifts_of(sheet.plan)}
    spans = [Span(line.starts_on, line.ends_on) for line in sheet.lines]
    zoom = next((one for one in Zoom if one.value == asked.get("zoom")), None) or fitting(spans)
    chart = drawing.chart_of(sheet, zoom=zoom, today=today, calendar=workdays())
    return {
        "zoom": chart.zoom,
        "chart": drawing.svg(sheet, chart, today=today, may_write=writes),
        "rows": drawing.rows(sheet, today=today, may_write=writes),
    }


def _cells(divided: tuple[Divided, ...]) -> list[tuple[Any, list[tuple[str, Any]], list[str]]]:
    """Line, the letters of all six parties with what they mean, what is missing."""
    return [
        (
            one.line,
            [(one.parts.get(party, Raci.NONE).value, RACI_NAMES[one.parts.get(party, Raci.NONE)]) for party in Party],
            [words.gap(gap) for gap in one.gaps],
        )
        for one in divided
    ]


def may_write(request: StaffRequest, deal: Opportunity) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    return request.principal.may(Permission.PROJECT_WRITE) and not deal.is_given_up


def asked_for(
    request: StaffRequest,
    deal: Opportunity,
    form: RefusableForm,
    act: Callable[[], str],
    *,
    title: str,
    said: str,
    more: dict[str, Any] | None = None,
    two_sides: Callable[[Conflict], dict[str, Any]] | None = None,
) -> HttpResponseBase:
    """A verb with a form (region ``kickoff-form``): in the sheet, or on a page of its own. ``act`` says how to undo it."""
    context: dict[str, Any] = {"deal": deal, "form": form, "title": title, "url": request.path} | (more or {})
    if request.method == "POST" and form.is_valid():
        try:
            undo_url = act()
        except NeedsConsent as asking:
            context["following"] = asking.following
            return screen(request, "kickoff/form.html", context, region="kickoff-form", status=422)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= two_sides(conflict) if two_sides else {}
            return screen(request, "kickoff/form.html", context, region="kickoff-form", status=409)
        else:
            toast(request, said, undo_url=undo_url)
            return renewed(request, lambda: shown(request, deal), to=to_plan(deal))
    return screen(request, "kickoff/form.html", context, region="kickoff-form", status=status_of(form))


class NeedsConsent(Exception):
    """Other lines would move; whoever asks sees them first."""

    def __init__(self, following: list[tuple[str, str, str]]) -> None:
        super().__init__(len(following))
        self.following = following


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return renewed(request, lambda: shown(request, deal), to=to_plan(deal))


def sides(form: RefusableForm, conflict: Conflict) -> dict[str, Any]:
    """Both sides where they differ, as the form says them."""
    current = conflict.current
    assert isinstance(current, Milestone | KickoffPlan)
    rows = []
    for name, label in words.FIELD_NAMES.items():
        if name in form.fields:
            mine, theirs = str(form[name].value() or ""), str(getattr(current, name, "") or "")
            if mine != theirs:
                rows.append((label, mine, theirs))
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else "", "version": current.version}


def _asked(request: StaffRequest) -> dict[str, str]:
    """Which view and zoom: of this address, or of the page from which something was sent."""
    if request.method == "GET" and "kickoff" in request.path:
        return request.GET.dict()
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    return {name: said[-1] for name, said in parse_qs(here.query).items()}
