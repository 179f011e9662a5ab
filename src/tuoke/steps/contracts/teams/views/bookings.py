"""Whose time is asked for: on the deal's page, and on one of one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.teams import actions, queries, words
from tuoke.steps.contracts.teams.forms import BookingForm, DeclineForm
from tuoke.steps.contracts.teams.models import Booking
from tuoke.steps.contracts.teams.views.showing import asked, deal_of, pressed

_MAYBE_POST = require_http_methods(["GET", "HEAD", "POST"])


@_MAYBE_POST
@needs(Permission.PROJECT_WRITE)
@once
def book(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal, today = deal_of(request, pk, action="write"), timezone.localdate()
    initial = {"starts_on": today, "ends_on": today + timedelta(days=28), "user": request.GET.get("user", "")}
    form = BookingForm(typed(request), colleagues=queries.colleagues_of(deal), initial=initial)
    return asked(
        request,
        deal,
        form,
        lambda: actions.book(deal=deal, draft=form.draft, by=request.principal, now=timezone.now()),
        title=_("预订同事的时间"),
        lead=_("他会收到通知，由他或他的主管同意；同时加为协作人，看得到这个项目里他那一部分。"),
        said=_("已预订，等他同意"),
    )


@require_POST
@needs(Permission.PROJECT_WRITE)
def release(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = Booking.objects.visible_to(request.principal, "write")
    booking = get_object_or_404(visible.select_related("user", "opportunity__customer", "opportunity__owner"), pk=pk)
    deal_of(request, booking.opportunity_id, action="write")
    by, now, said = request.principal, timezone.now(), _("预订已撤回")
    return pressed(request, booking.opportunity, lambda: actions.release(booking=booking, by=by, now=now), said=said)


@require_GET
@needs(Permission.APPROVALS)
def mine(request: StaffRequest) -> HttpResponse:
    """What is asked of one's own time and of one's people's (region ``bookings``)."""
    return _mine(request)


@require_POST
@needs(Permission.APPROVALS)
def agree(request: StaffRequest, pk: int) -> HttpResponseBase:
    booking = _asked_of_me(request, pk)
    try:
        actions.decide(
            booking=booking, version=_version(request), agrees=True, by=request.principal, now=timezone.now()
        )
        toast(request, _("已同意"))
    except Refused as refusal:
        messages.error(request, " ".join(words.sentences(refusal.verdict)))
    except Conflict:
        messages.error(request, _("这个预订刚刚有变化，请看现在的内容再决定。"))
    return after_post(request, lambda: _mine(request), to=_place())


@_MAYBE_POST
@needs(Permission.APPROVALS)
def decline(request: StaffRequest, pk: int) -> HttpResponseBase:
    """With a word why (region ``decline-form``)."""
    booking = _asked_of_me(request, pk)
    form = DeclineForm(typed(request), initial={"version": booking.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.decide(
                booking=booking,
                version=said["version"] or 0,
                agrees=False,
                reason=said["reason"],
                by=request.principal,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict:
            messages.error(request, _("这个预订刚刚有变化，请看现在的内容再决定。"))
            return redirect("teams:bookings")
        else:
            toast(request, _("已拒绝，对方会收到您的理由"))
            return after_post(request, lambda: _mine(request), to=_place())
    context = {"form": form, "booking": booking, "url": request.path}
    return screen(request, "teams/decline.html", context, region="decline-form", status=422 if form.is_bound else 200)


def _mine(request: StaffRequest) -> HttpResponse:
    who, today = request.principal, timezone.localdate()
    waiting, agreed = queries.bookings_to_decide(who), queries.my_bookings(who, today=today)
    rows = [*waiting, *agreed]
    loads = queries.loads_of({row.user_id for row in rows}, today=today)
    seen = set(
        Opportunity.objects.visible_to(who)
        .filter(pk__in={row.opportunity_id for row in rows})
        .values_list("pk", flat=True)
    )
    people: dict[int, dict[str, Any]] = {}
    for row in rows:
        people.setdefault(row.user_id, {"user": row.user, "load": loads.get(row.user_id)})
    context = {
        "waiting": waiting,
        "agreed": agreed,
        "people": list(people.values()),
        "seen": seen,
        "me": who.user_id,
        "today": today,
    }
    return screen(request, "teams/bookings.html", context, region="bookings")


def _asked_of_me(request: StaffRequest, pk: int) -> Booking:
    booking = get_object_or_404(Booking.objects.select_related("user", "opportunity__customer", "asked_by"), pk=pk)
    if not queries.may_decide(request.principal, booking):
        raise Http404
    return booking


def _version(request: StaffRequest) -> int:
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _place() -> str:
    return reverse("teams:bookings")
