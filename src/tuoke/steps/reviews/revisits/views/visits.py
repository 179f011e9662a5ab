"""A visit: written down, corrected, left out, moved, taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import actions, queries
from tuoke.steps.reviews.revisits.forms import PostponeForm, SkipForm, VisitForm
from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.places import to_revisits
from tuoke.steps.reviews.revisits.views.showing import (
    answered,
    contacts_of,
    deal_of,
    people_for,
    pressed,
    visit_of,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
@once
def record(request: StaffRequest, pk: int) -> HttpResponseBase:
    """记录回访: one that was due (region ``visit-form``)."""
    visit = visit_of(request, pk, action="write")
    deal = visit.opportunity
    form = _form(request, deal, {"done_on": timezone.localdate(), "version": visit.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        by, now = request.principal, timezone.now()
        try:
            actions.record_visit(revisit=visit, version=version, draft=form.draft, by=by, now=now)
        except Conflict as conflict:
            return _stale(request, conflict, deal)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            return _recorded(request, deal, form)
    return _sheet(request, form, deal, visit=visit, title=_("记录回访"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
@once
def extra(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A visit that nobody had planned (region ``visit-form``)."""
    deal = deal_of(request, pk)
    form = _form(request, deal, {"done_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_extra(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            return _recorded(request, deal, form)
    return _sheet(request, form, deal, title=_("记录回访"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
def correct(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change what was written down (region ``visit-form``)."""
    visit = visit_of(request, pk, action="write")
    deal = visit.opportunity
    form = _form(request, deal, _said(visit))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        by, now = request.principal, timezone.now()
        try:
            actions.correct_visit(revisit=visit, version=version, draft=form.draft, by=by, now=now)
        except Conflict as conflict:
            return _stale(request, conflict, deal)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已更正"))
            return answered(request, deal)
    return _sheet(request, form, deal, visit=visit, title=_("更正回访记录"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
def postpone(request: StaffRequest, pk: int) -> HttpResponseBase:
    """改期, or another colleague goes (region ``postpone-form``)."""
    visit = visit_of(request, pk, action="write")
    deal = visit.opportunity
    initial = {"due_on": visit.due_on, "owner": visit.owner_id, "version": visit.version}
    form = PostponeForm(typed(request), deal=deal, people=people_for(deal, visit.owner), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.postpone(
                revisit=visit,
                version=said["version"],
                due_on=said["due_on"],
                owner_id=said["owner"],
                by=request.principal,
                now=timezone.now(),
            )
        except Conflict as conflict:
            return _stale(request, conflict, deal)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已改期"))
            return answered(request, deal)
    context = {"form": form, "deal": deal, "visit": visit, "url": request.path}
    return screen(request, "revisits/postpone.html", context, region="postpone-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REVIEW_WRITE)
def skip(request: StaffRequest, pk: int) -> HttpResponseBase:
    """跳过这一次 (region ``skip-form``)."""
    visit = visit_of(request, pk, action="write")
    deal = visit.opportunity
    form = SkipForm(typed(request), initial={"version": visit.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        by, now = request.principal, timezone.now()
        try:
            actions.skip_visit(revisit=visit, version=said["version"], reason=said["reason"], by=by, now=now)
        except Conflict as conflict:
            return _stale(request, conflict, deal)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已跳过这一次"), undo_url=reverse("revisits:take_up", args=[pk]))
            return answered(request, deal)
    context = {"form": form, "deal": deal, "visit": visit, "url": request.path}
    return screen(request, "revisits/skip.html", context, region="skip-form", status=status_of(form))


@require_POST
@needs(Permission.REVIEW_WRITE)
def take_up(request: StaffRequest, pk: int) -> HttpResponseBase:
    visit = visit_of(request, pk, action="write")
    by, now = request.principal, timezone.now()
    return pressed(
        request, visit.opportunity, lambda: actions.take_up(revisit=visit, by=by, now=now), said=_("已恢复为待回访")
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    visit = visit_of(request, pk, action="write")
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        visit.opportunity,
        lambda: actions.withdraw_visit(revisit=visit, by=by, now=now),
        said=_("已撤回"),
        undo_url=reverse("revisits:restore", args=[pk]),
    )


@require_POST
@needs(Permission.REVIEW_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    visit = visit_of(request, pk, action="write")
    by, now = request.principal, timezone.now()
    return pressed(
        request, visit.opportunity, lambda: actions.restore_visit(revisit=visit, by=by, now=now), said=_("已恢复")
    )


def _form(request: StaffRequest, deal: Opportunity, initial: dict[str, Any]) -> VisitForm:
    return VisitForm(typed(request), contacts=contacts_of(deal), initial=initial)


def _said(visit: Revisit) -> dict[str, Any]:
    fields = ("version", "done_on", "channel", "usage", "usage_level", "satisfaction", "new_needs")
    return {field: getattr(visit, field) for field in fields} | {"contact": visit.contact_id}


def _recorded(request: StaffRequest, deal: Opportunity, form: VisitForm) -> HttpResponseBase:
    following = queries.due_revisit(deal)
    if following is None:
        toast(request, _("回访已记录"))
    else:
        toast(request, _("回访已记录，下一次 %(day)s") % {"day": following.due_on.isoformat()})
    return answered(request, deal)


def _sheet(
    request: StaffRequest, form: VisitForm, deal: Opportunity, *, title: str, visit: Revisit | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "deal": deal,
        "visit": visit,
        "title": title,
        "url": request.path,
        "before": _before(deal, visit),
    }
    return screen(request, "revisits/record.html", context, region="visit-form", status=status_of(form))


def _before(deal: Opportunity, visit: Revisit | None) -> Revisit | None:
    """What was said the last time: what to come back to."""
    done = Revisit.objects.done().filter(opportunity=deal)
    if visit is not None:
        done = done.exclude(pk=visit.pk)
    return done.select_related("contact").order_by("-done_on", "-id").first()


def _stale(request: StaffRequest, conflict: Conflict, deal: Opportunity) -> HttpResponse:
    """Somebody was quicker: what stands now, and what was typed, beside each other."""
    now = conflict.current
    rows = [
        (_("状态"), "—", now.get_state_display() if isinstance(now, Revisit) else "—"),
        (_("应回访日期"), request.POST.get("due_on", "—"), str(now.due_on) if isinstance(now, Revisit) else "—"),
        (_("使用情况"), request.POST.get("usage", "—"), now.usage or "—" if isinstance(now, Revisit) else "—"),
        (_("新的需求"), request.POST.get("new_needs", "—"), now.new_needs or "—" if isinstance(now, Revisit) else "—"),
    ]
    context = {"rows": rows, "deal": deal, "url": to_revisits(deal)}
    return screen(request, "revisits/conflict.html", context, region="conflict", status=409)
