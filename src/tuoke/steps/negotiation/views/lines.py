"""底线: the page behind the door, setting it, who else may know. Whoever the door is closed to finds nothing here (404)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, status_of, toast, typed
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import actions, queries
from tuoke.steps.negotiation.forms import InsiderForm, LineForm
from tuoke.steps.negotiation.models import BottomLine, BottomLineVersion, Insider
from tuoke.steps.negotiation.places import to_line_page
from tuoke.steps.negotiation.views.showing import (
    common,
    conflict_of,
    deal_inside,
    number_in,
    pressed,
)


@require_GET
@needs(Permission.DEAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The line, who may know it and what it once was (region ``line``): also for who is named and reads no plan."""
    return _shown(request, deal_inside(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Set or change it (region ``form``); a stale version shows both sides (409), to those inside as all of this."""
    deal = deal_inside(request, pk, action="write")
    line = queries.bottom_line_of(request.principal, deal)
    form = LineForm(typed(request), initial=LineForm.initial_of(line))
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": _("谈判底线"), "inside": True}
    if request.method == "POST" and form.is_valid():
        version, by = form.cleaned_data["version"] or 0, request.principal
        try:
            made = actions.set_line(deal=deal, version=version, draft=form.draft, by=by, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, conflict)
            return screen(request, "negotiation/form.html", context, region="form", status=409)
        else:
            toast(request, _("底线已保存"), undo_url=_undo(deal, made, before=version))
            return renewed(request, lambda: _shown(request, deal), to=to_line_page(deal))
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def restore(request: StaffRequest, pk: int, number: int) -> HttpResponseBase:
    """Let an earlier version stand again. ``version`` is the one that was seen (in the form, or in 撤销's address)."""
    deal, by, now = deal_inside(request, pk, action="write"), request.principal, timezone.now()
    version = number_in(request.POST.get("version") or request.GET.get("version"))

    def act() -> None:
        try:
            made = actions.restore_line(deal=deal, version=version, number=number, by=by, now=now)
        except BottomLineVersion.DoesNotExist:
            raise Http404 from None
        toast(request, _("底线已恢复"), undo_url=_undo(deal, made, before=version))

    return pressed(request, act, deal=deal, to=to_line_page(deal), again=lambda: _shown(request, deal))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def name_(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Let somebody know by name (region ``form``)."""
    deal = deal_inside(request, pk, action="write")
    people = {person.pk: person for person in queries.nameable(deal)}
    form = InsiderForm(typed(request), people=list(people.values()))
    if request.method == "POST" and form.is_valid():
        user, reason = people[form.cleaned_data["user"]], form.cleaned_data["reason"]
        try:
            actions.name_insider(deal=deal, user=user, reason=reason, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("%(name)s现在看得到底线") % {"name": user.name})
            return after_post(request, lambda: _shown(request, deal), to=to_line_page(deal))
    context = {"deal": deal, "form": form, "url": request.path, "title": _("指定知情人"), "is_new": True}
    context |= {"inside": True, "nobody": not people}
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def remove(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = Insider.objects.visible_to(request.principal, "write")
    insider = get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner", "user"), pk=pk)
    deal, by, now = insider.opportunity, request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.remove_insider(insider=insider, by=by, now=now),
        deal=deal,
        to=to_line_page(deal),
        said=_("%(name)s不再看得到底线") % {"name": insider.user.name},
        again=lambda: _shown(request, deal),
    )


def _shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    who = request.principal
    context = common(request, deal) | {
        "inside": queries.inside_of(who, deal),
        "reads": who.may(Permission.NEGOTIATION_READ),
    }
    return screen(request, "negotiation/line.html", context, region="line")


def _undo(deal: Opportunity, made: BottomLine, *, before: int) -> str:
    """Where the change is taken back; empty where there was nothing before, or nothing changed."""
    if not before or made.version == before:
        return ""
    return f"{reverse('negotiation:line_restore', args=[deal.pk, before])}?version={made.version}"


def _conflict(form: LineForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert current is None or isinstance(current, BottomLine)
    who = current.set_by.name if current and current.set_by else ""
    return conflict_of(form, LineForm.initial_of(current), current=current, who=who)
