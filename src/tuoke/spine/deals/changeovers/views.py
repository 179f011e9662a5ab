from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.deals.changeovers import actions, jobs, queries, words
from tuoke.spine.deals.changeovers.forms import ChangeoverForm
from tuoke.spine.deals.changeovers.models import Changeover
from tuoke.spine.playbook.queries import current_version
from tuoke.spine.playbook.rules import StepKey
from tuoke.spine.playbook.words import STEP

RUNS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAYBOOK_WRITE)
@once
def index(request: StaffRequest) -> HttpResponseBase:
    """Move running deals to the published version: how many there are, where they would stand, and the order to do it."""
    version = current_version()
    versions = queries.older_versions(version)
    seen = queries.outlook(version, sources=[older.pk for older in versions], mapped={})
    form = ChangeoverForm(
        request.POST if request.method == "POST" else None,
        versions=versions,
        counts=seen.by_version,
        lost=seen.lost,
        doc=version.document(),
        initial={"sources": list(seen.by_version)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.begin(
                version=version,
                sources=form.cleaned_data["sources"],
                mapped=form.mapped,
                by=request.principal,
                now=timezone.now(),
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            jobs.move_deals.enqueue(run.pk)
            toast(request, _("已经开始换版，可以离开这个页面。"))
            return redirect("deals:changeover", run.pk)
    context = {
        "version": version,
        "form": form,
        "seen": seen,
        "steps": [(STEP[step], count, step in seen.lost) for step, count in seen.by_step.items()],
        "runs": list(Changeover.objects.visible_to(request.principal).select_related("version").order_by("-id")[:RUNS]),
    }
    return screen(request, "deals/changeovers.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@needs(Permission.PLAYBOOK_WRITE)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """How far a run is, and its report; asks again by itself while it goes on."""
    runs = Changeover.objects.visible_to(request.principal).select_related("version")
    run = get_object_or_404(runs, pk=pk)
    context: dict[str, Any] = {
        "run": run,
        "mapped": [(STEP[StepKey(step)], STEP[StepKey(to)]) for step, to in run.mapped.items()],
        "stayed": [
            (words.said(line.reason), STEP[StepKey(line.step)], line.count, line.deals, line.count - len(line.deals))
            for line in queries.report_of(run, who=request.principal)
        ],
    }
    return screen(request, "deals/changeover.html", context, region="changeover")
