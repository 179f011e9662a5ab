"""The calendar's one screen: a year at a glance, and the company's own days."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.services.calendar import actions, queries
from tuoke.services.calendar.forms import DaysForm
from tuoke.services.calendar.models import CompanyDay
from tuoke.services.calendar.rules import FIRST_YEAR, LAST_YEAR, Day, Kind, Workdays, days_of

KIND_NAMES = {
    Kind.WORKDAY: gettext_lazy("工作日"),
    Kind.WEEKEND: gettext_lazy("周末"),
    Kind.HOLIDAY: gettext_lazy("放假"),
    Kind.WORKED_INSTEAD: gettext_lazy("调休上班"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day as the page draws it; ``said`` only where it isn't as every week."""

    number: int
    kind: str
    said: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row that the company treats alike."""

    first: date
    last: date
    is_workday: bool
    name: str


@require_GET
@needs(Permission.TODAY)
def index(request: StaffRequest) -> HttpResponse:
    """``?year=``; without a sound one the present year."""
    return _page(request, DaysForm())


@require_POST
@needs(Permission.TODAY)
def set_days(request: StaffRequest) -> HttpResponseBase:
    _require_right(request)
    form = DaysForm(request.POST)
    if form.is_valid():
        try:
            actions.set_days(**form.values(), by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已保存，频次和收回日期会按新的日历重新计算"))
            return redirect(_address(form.cleaned_data["first"].year))
    return _page(request, form, status=422)


@require_POST
@needs(Permission.TODAY)
def clear_days(request: StaffRequest) -> HttpResponseBase:
    """``days`` is the first and the last day of a span: 2026-02-14~2026-02-15."""
    _require_right(request)
    first, _tilde, last = request.POST.get("days", "").partition("~")
    ends = (_parsed(first), _parsed(last or first))
    if ends[0] is None or ends[1] is None or not 0 <= (ends[1] - ends[0]).days <= 366:
        return redirect("calendar:index")
    if actions.clear_days(days=days_of(ends[0], ends[1]), by=request.principal, now=timezone.now()):
        toast(request, _("已删除，这几天按国家安排"))
    return redirect(_address(ends[0].year))


def _page(request: StaffRequest, form: DaysForm, *, status: int = 200) -> HttpResponse:
    year = _year(request)
    workdays = queries.workdays()
    context = {
        "year": year,
        "months": [_month(workdays, year, number) for number in range(1, 13)],
        "holidays": list(_holidays(workdays, year)),
        "own": list(_spans(queries.company_days(year))),
        "count": workdays.between(date(year - 1, 12, 31), date(year, 12, 31)),
        "is_announced": workdays.is_announced(year),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
        "may_change": actions.may_change(request.principal),
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "form": form,
    }
    return screen(request, "calendar/index.html", context, status=status)


def _month(workdays: Workdays, year: int, number: int) -> dict[str, object]:
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    drawn = [[_cell(workdays.day(day), day) if day.month == number else None for day in week] for week in weeks]
    return {"number": number, "weeks": drawn}


def _cell(found: Day, day: date) -> Cell:
    is_plain = found.kind in (Kind.WORKDAY, Kind.WEEKEND) and not found.is_own
    said = "" if is_plain else " ".join(filter(None, (str(KIND_NAMES[found.kind]), found.name)))
    return Cell(day.day, found.kind.value, said, found.is_own)


def _holidays(workdays: Workdays, year: int) -> Iterator[tuple[date, StrOrPromise, str]]:
    """Days of the year that aren't as every week: the day, what it is, its name."""
    for day in days_of(date(year, 1, 1), date(year, 12, 31)):
        found = workdays.day(day)
        if found.kind in (Kind.HOLIDAY, Kind.WORKED_INSTEAD):
            yield day, KIND_NAMES[found.kind], found.name


def _spans(days: list[CompanyDay]) -> Iterator[Span]:
    run: list[CompanyDay] = []
    for one in days:
        if run and (one.day - run[-1].day != timedelta(days=1) or _said(one) != _said(run[-1])):
            yield Span(run[0].day, run[-1].day, run[0].is_workday, run[0].name)
            run = []
        run.append(one)
    if run:
        yield Span(run[0].day, run[-1].day, run[0].is_workday, run[0].name)


def _said(day: CompanyDay) -> tuple[bool, str]:
    return day.is_workday, day.name


def _year(request: StaffRequest) -> int:
    asked = request.GET.get("year", "") or request.POST.get("first", "")[:4]
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    return timezone.localdate().year


def _parsed(said: str) -> date | None:
    try:
        return parse_date(said)
    except ValueError:
        return None


def _address(year: int) -> str:
    return f"{reverse('calendar:index')}?year={year}"


def _require_right(request: StaffRequest) -> None:
    if not actions.may_change(request.principal):
        raise PermissionDenied
