from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, wants_part
from tuoke.spine.deals import actions, hooks, page, queries, rules
from tuoke.spine.deals.views.answers import (
    answered,
    at_the_gate,
    number,
    readable,
    whole_page,
    writable,
)


@needs(Permission.DEAL_READ)
@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The heart: where the deal stands, what to do next, what is missing, what happened."""
    return whole_page(request, readable(request, pk))


@needs(Permission.DEAL_READ)
@require_GET
def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """Older events, appended to the timeline; without a script the whole page with the older ones."""
    deal = readable(request, pk)
    before = request.GET.get("before", "")
    events, older = queries.events_of(deal, who=request.principal, before=number(before))
    if wants_part(request):
        told = page.entries(events, process=queries.process_of(deal))
        return screen(request, "deals/detail.html", {"deal": deal, "events": told, "older": older}, region="events")
    return whole_page(request, deal, events=(events, older))


@needs(Permission.DEAL_READ)
@require_GET
def rooms(request: StaffRequest, pk: int) -> HttpResponse:
    """The rooms of a step (``?step=``, the present one unless said) and how far each is, below them those of an earlier
    step that are still worked in (region ``rooms``)."""
    deal = readable(request, pk)
    step = request.GET.get("step", "") or deal.step
    title, earlier = hooks.rooms_at_hand.get(step, ("", ""))
    context = {
        "deal": deal,
        "rooms": page.rooms_of(deal, step, who=request.principal, today=timezone.localdate()),
        "at_hand": page.rooms_of(deal, earlier, who=request.principal, today=timezone.localdate()),
        "at_hand_title": title,
    }
    return screen(request, "deals/rooms.html", context, region="rooms")


@needs(Permission.DEAL_WRITE)
@require_POST
def tick(request: StaffRequest, pk: int) -> HttpResponse:
    deal, item, note = writable(request, pk), request.POST.get("item", ""), request.POST.get("note", "")
    return answered(
        request,
        deal,
        lambda: actions.tick(deal=deal, item=item, note=note, by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WRITE)
@require_POST
def untick(request: StaffRequest, pk: int) -> HttpResponse:
    deal, item = writable(request, pk), request.POST.get("item", "")
    return answered(
        request,
        deal,
        lambda: actions.untick(deal=deal, item=item, by=request.principal, now=timezone.now()),
    )


@needs(Permission.DEAL_WAIVE)
@require_POST
def waive(request: StaffRequest, pk: int) -> HttpResponse:
    deal, criterion, reason = writable(request, pk), request.POST.get("criterion", ""), request.POST.get("reason", "")
    return answered(
        request,
        deal,
        lambda: actions.waive(deal=deal, criterion=criterion, reason=reason, by=request.principal, now=timezone.now()),
        said=_("已豁免"),
    )


@needs(Permission.DEAL_WRITE)
@require_POST
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    return answered(
        request, deal, lambda: actions.resume(deal=deal, by=request.principal, now=timezone.now()), said=_("已恢复跟进")
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def advance(request: StaffRequest, pk: int) -> HttpResponse:
    """GET says what is missing, with the manager's waivers; POST goes."""
    deal = writable(request, pk)
    following = rules.next_step(deal.standing, queries.process_of(deal))
    to = request.POST.get("to", following or "")
    return at_the_gate(
        request,
        deal,
        lambda waivers: actions.advance(deal=deal, to=to, waivers=waivers, by=request.principal, now=timezone.now()),
        to=following or "",
        url=reverse("deals:advance", args=[pk]),
    )


@needs(Permission.DEAL_WRITE)
@require_http_methods(["GET", "POST"])
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    deal = writable(request, pk)
    return at_the_gate(
        request,
        deal,
        lambda waivers: actions.finish(deal=deal, waivers=waivers, by=request.principal, now=timezone.now()),
        to="",
        url=reverse("deals:finish", args=[pk]),
    )
