from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.discovery.interviews.queries import contrasts_of, overview_of, scenes_for
from tuoke.steps.discovery.interviews.views.showing import found_deal


@require_safe
@needs(Permission.NEED_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The interviews of a deal: what they cover together, and where two people said different things (region ``interviews``)."""
    deal = found_deal(request, pk)
    context = {
        "deal": deal,
        "overview": overview_of(request.principal, deal),
        "contrasts": contrasts_of(deal),
        "may_write": _may_write(request, deal.outcome),
        "today": timezone.localdate(),
    }
    return screen(request, "interviews/deal.html", context, region="interviews")


@require_safe
@needs(Permission.NEED_READ)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """In short, for the deal page (region ``interviews-panel``)."""
    deal = found_deal(request, pk)
    context = {
        "deal": deal,
        "overview": overview_of(request.principal, deal),
        "may_write": _may_write(request, deal.outcome),
        "today": timezone.localdate(),
    }
    return screen(request, "interviews/panel.html", context, region="interviews-panel")


@require_safe
@needs(Permission.NEED_READ)
def scenes(request: StaffRequest, pk: int) -> HttpResponse:
    """Cases of the same trade to ask along (S4.2)."""
    deal = found_deal(request, pk)
    context = {"deal": deal, "scenes": scenes_for(request.principal, deal)}
    return screen(request, "interviews/scenes.html", context, region="scenes")


def _may_write(request: StaffRequest, outcome: str) -> bool:
    return request.principal.may(Permission.FOLLOWUP_WRITE) and outcome not in (Outcome.LOST, Outcome.VOID)
