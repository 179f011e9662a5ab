"""The kick-off plan that a customer is shown (S7.2): what is done when, what he is to do, whom he calls, when one talks.
There is nothing to fill in; it shows the plan as it is when he looks."""

from __future__ import annotations

from http import HTTPStatus
from itertools import groupby

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from tuoke.base.accounts import queries as accounts
from tuoke.doors.portal.visits import Visit, host_of
from tuoke.steps.contracts.teams.models import PlanShare
from tuoke.steps.contracts.teams.queries import SharedPlan, shared_plan
from tuoke.steps.contracts.teams.words import rhythm_said


class PlanPage:
    def show(self, visit: Visit) -> HttpResponseBase:
        return _page(visit, _shared(visit))

    def answer(self, visit: Visit) -> HttpResponseBase:
        return redirect("portal:open", visit.token)

    def too_often(self, visit: Visit) -> HttpResponseBase:
        return _page(visit, _shared(visit), status=HTTPStatus.TOO_MANY_REQUESTS)

    def download(self, visit: Visit, kind: str) -> HttpResponseBase:
        raise Http404


def _shared(visit: Visit) -> SharedPlan:
    try:
        return shared_plan(visit.link, today=timezone.localdate(visit.now))
    except PlanShare.DoesNotExist:
        raise Http404 from None


def _page(visit: Visit, shared: SharedPlan, *, status: int = HTTPStatus.OK) -> HttpResponseBase:
    company = accounts.company()
    context = {
        "company": company,
        "host": host_of(shared.deal.owner, company_phone=company.phone),
        "customer": shared.deal.customer,
        "shared": shared,
        "share": shared.share,
        "phases": [(phase, list(lines)) for phase, lines in groupby(shared.lines, key=lambda line: line.phase)],
        "theirs": [one for one in shared.people if not one.is_ours],
        "rhythms": [(one, rhythm_said(one.rhythm)) for one in shared.rhythms],
        "link": visit.link,
        "is_preview": visit.is_preview,
    }
    return render(visit.request, "portal/plan.html", context, status=status)
