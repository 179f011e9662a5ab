"""The plan as a whole."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.contracts.kickoff import actions
from tuoke.steps.contracts.kickoff.documents import TITLE, plan_document
from tuoke.steps.contracts.kickoff.forms import NoteForm, ShiftForm, StartForm
from tuoke.steps.contracts.kickoff.models import Shift
from tuoke.steps.contracts.kickoff.rules import suggested
from tuoke.steps.contracts.kickoff.views.showing import asked_for, found_deal, found_plan, pressed, shown, sides, typed

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@needs(Permission.PROJECT_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """``?view=gantt|table|raci``, ``?zoom=day|week|month`` (region ``kickoff``)."""
    return shown(request, found_deal(request, pk))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def make(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A plan from a template, in one press."""
    deal, today = found_deal(request, pk), timezone.localdate()
    templates = suggested(deal.segment)
    initial = {"template": templates[0].key, "starts_on": today}
    form = StartForm(typed(request), templates=templates, initial=initial)

    def act() -> str:
        said = form.cleaned_data
        actions.make_plan(
            deal=deal, template=said["template"], starts_on=said["starts_on"], by=request.principal, now=timezone.now()
        )
        return ""

    return asked_for(request, deal, form, act, title=_("制定启动计划"), said=_("启动计划已生成"))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def shift(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The whole plan on another day."""
    plan = found_plan(request, pk)
    form = ShiftForm(typed(request), initial={"starts_on": plan.starts_on})

    def act() -> str:
        made = actions.shift_plan(
            plan=plan, starts_on=form.cleaned_data["starts_on"], by=request.principal, now=timezone.now()
        )
        return reverse("kickoff:undo", args=[made.pk]) if made else ""

    return asked_for(request, plan.opportunity, form, act, title=_("整体改期"), said=_("整个计划已改期"))


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
def note(request: StaffRequest, pk: int) -> HttpResponseBase:
    plan = found_plan(request, pk)
    form = NoteForm(typed(request), initial={"note": plan.note, "version": plan.version})

    def act() -> str:
        said = form.cleaned_data
        actions.edit_plan(
            plan=plan, version=said["version"] or 0, note=said["note"], by=request.principal, now=timezone.now()
        )
        return ""

    return asked_for(
        request, plan.opportunity, form, act, title=_("计划说明"), said=_("已保存"), two_sides=lambda c: sides(form, c)
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def undo(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take one adjustment back."""
    visible = Shift.objects.visible_to(request.principal, "write")
    found = get_object_or_404(visible.select_related("plan__opportunity__customer", "plan__opportunity__owner"), pk=pk)
    return pressed(
        request,
        found.plan.opportunity,
        lambda: actions.undo(shift=found, by=request.principal, now=timezone.now()),
        said=_("日期已恢复"),
    )


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """《项目启动计划》 as docx, xlsx or pdf."""
    if kind not in CONTENT_TYPES or not request.principal.may(Permission.PROJECT_READ):
        raise Http404
    deal, target = found_deal(request, pk), BytesIO()
    write_document(target, plan_document(request.principal, deal, today=timezone.localdate()), kind=kind)
    target.seek(0)
    name = f"{TITLE}-{deal.customer.name}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])
