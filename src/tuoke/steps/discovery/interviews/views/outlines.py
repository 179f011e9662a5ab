from __future__ import annotations

import io
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.queries import waiting_of
from tuoke.steps.discovery.interviews import actions
from tuoke.steps.discovery.interviews.documents import outline_document, topics_of
from tuoke.steps.discovery.interviews.forms import OutlineForm
from tuoke.steps.discovery.interviews.models import Outline
from tuoke.steps.discovery.interviews.queries import colleagues_for, contacts_of, sheet_of
from tuoke.steps.discovery.interviews.views.showing import (
    attached,
    found_deal,
    found_outline,
    number_in,
    pressed,
    rights,
    shown,
)


@require_safe
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Prepare a meeting (region ``outline``). One that was held leads to its review."""
    outline = found_outline(request, pk)
    if outline.is_held:
        return redirect("interviews:review", pk)
    context = shown(request, outline) | {"today": timezone.localdate()}
    return screen(request, "interviews/outline.html", context, region="outline")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
@once
def new(request: StaffRequest, pk: int) -> HttpResponseBase:
    """An outline for a meeting (region ``outline-form``). ``?action=`` names the meeting in the calendar."""
    deal = found_deal(request, pk)
    form = _form(request, deal, initial=_first(request, deal))
    if request.method == "POST" and form.is_valid():
        try:
            outline = actions.draw_up(
                deal=deal,
                draft=form.draft,
                in_calendar=form.goes_into_calendar,
                by=request.principal,
                now=timezone.now(),
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            return redirect("interviews:outline", outline.pk)
    context = {"form": form, "deal": deal}
    return screen(request, "interviews/outline_form.html", context, region="outline-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.FOLLOWUP_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Title, meeting, people. A stale version shows both sides (409)."""
    outline = found_outline(request, pk, action="write")
    sheet = sheet_of(outline)
    initial = OutlineForm.initial_of(outline, sheet.contacts, sheet.colleagues)
    form = _form(request, outline.opportunity, outline=outline, initial=initial)
    context: dict[str, Any] = {"form": form, "outline": outline, "deal": outline.opportunity}
    context["version"] = number_in(request, "version") if request.method == "POST" else outline.version
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_outline(
                outline=outline, version=context["version"], draft=form.draft, by=request.principal, now=timezone.now()
            )
        except Conflict as conflict:
            context |= _two_sides(form, conflict)
            return screen(request, "interviews/outline_form.html", context, region="outline-form", status=409)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect(outline.get_absolute_url())
    return screen(request, "interviews/outline_form.html", context, region="outline-form", status=status_of(form))


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    outline = found_outline(request, pk, action="write")
    by, now = request.principal, timezone.now()
    if not pressed(request, lambda: actions.withdraw_outline(outline=outline, by=by, now=now)):
        return redirect(outline.get_absolute_url())
    toast(request, _("提纲已撤回。"), undo_url=reverse("interviews:restore", args=[pk]))
    return redirect("interviews:deal", outline.opportunity_id)


@require_POST
@needs(Permission.FOLLOWUP_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    outline = found_outline(request, pk, action="write")
    by, now = request.principal, timezone.now()
    if pressed(request, lambda: actions.restore_outline(outline=outline, by=by, now=now)):
        toast(request, _("提纲已恢复。"))
    return redirect("interviews:deal", outline.opportunity_id)


@require_safe
@needs(Permission.NEED_READ)
def topics(request: StaffRequest, pk: int) -> HttpResponse:
    """What the meeting will be about, to be sent to the customer a day before (region ``topics``)."""
    outline = found_outline(request, pk)
    sheet = sheet_of(outline)
    context = rights(request, outline) | {"sheet": sheet, "text": topics_of(sheet, sender=request.user.name)}
    return screen(request, "interviews/topics.html", context, region="topics")


@require_safe
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """调研提纲 as docx, xlsx or pdf: the questions, and the answers as far as there are any."""
    if kind not in CONTENT_TYPES:
        raise Http404
    outline = found_outline(request, pk)
    target = io.BytesIO()
    write_document(target, outline_document(sheet_of(outline), today=timezone.localdate()), kind=kind)
    name = f"调研提纲-{outline.opportunity.customer.name}-{outline.title}.{kind}"
    return attached(target.getvalue(), name=name, content_type=CONTENT_TYPES[kind])


def _form(
    request: StaffRequest, deal: Opportunity, *, outline: Outline | None = None, initial: dict[str, Any]
) -> OutlineForm:
    meetings = waiting_of(deal)
    if outline and outline.next_action and outline.next_action_id not in {one.pk for one in meetings}:
        meetings = [outline.next_action, *meetings]
    colleagues = colleagues_for(request.principal, deal)
    if outline:
        known = {one.pk for one in colleagues}
        colleagues += [one for one in sheet_of(outline).colleagues if one.pk not in known]
    return OutlineForm(
        typed(request), meetings=meetings, contacts=contacts_of(deal), colleagues=colleagues, is_new=outline is None,
        initial=initial,
    )  # fmt: skip


def _first(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    """The meeting that was asked for, else the next one of the deal that has a time."""
    asked = request.GET.get("action", "")[:12]
    meetings = waiting_of(deal)
    chosen = next((one for one in meetings if str(one.pk) == asked), None)
    chosen = chosen or next((one for one in meetings if one.due_time), None)
    who = [chosen.contact_id] if chosen and chosen.contact_id else []
    said = {"users": [request.user.pk], "contacts": who}
    return {**said, "action": chosen.pk, "title": chosen.title} if chosen else {**said, "title": ""}


def _two_sides(form: OutlineForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Outline)
    draft = form.draft
    rows = [(_("提纲名称"), draft.title, current.title), (_("日期"), draft.on, current.on)]
    return {
        "rows": rows,
        "version": current.version,
        "url": reverse("interviews:edit", args=[current.pk]),
    }
