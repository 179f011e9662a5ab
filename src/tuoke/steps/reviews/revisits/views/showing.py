"""What the screens of this room share: the deal, the room as it stands, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import queries, words
from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.places import to_revisits
from tuoke.steps.reviews.revisits.queries import Score

CONTACTS_MOST = 200


def deal_of(request: StaffRequest, pk: int) -> Opportunity:
    """Whoever reads the deal works in this room, if he may write reviews (P4)."""
    who, deals = request.principal, Opportunity.objects
    visible = deals.worked_on_by(who, Permission.REVIEW_WRITE) if request.method == "POST" else deals.visible_to(who)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def visit_of(request: StaffRequest, pk: int, *, action: str = "read") -> Revisit:
    visible = Revisit.objects.visible_to(request.principal, action)
    related = ("opportunity__customer", "opportunity__owner", "owner", "contact")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def contacts_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:CONTACTS_MOST])


def people_for(deal: Opportunity, kept: User | None = None) -> list[User]:
    """Who may be sent: those who joined the deal, and whoever is named already."""
    people = queries.visitors(deal, today=timezone.localdate())
    return people if kept is None or kept in people or kept.pk == deal.owner_id else [*people, kept]


def shown(request: StaffRequest, deal: Opportunity, *, status: int = 200) -> HttpResponse:
    """The room of a deal (region ``revisits``)."""
    who, now = request.principal, timezone.now()
    room = queries.room_of(who, deal, now=now)
    context: dict[str, Any] = {
        "deal": deal,
        "room": room,
        "may_write": queries.may_write(who, deal),
        "may_sell": who.may(Permission.DEAL_WRITE) and not deal.is_running,
        "chart": chart_of(room.scores),
        "average": queries.mean(room.scores),
        "sources": words.SOURCES,
        "today": timezone.localdate(now),
    }
    return screen(request, "revisits/deal.html", context, region="revisits", status=status)


def pressed(
    request: StaffRequest,
    deal: Opportunity,
    act: Callable[[], object],
    *,
    said: str,
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the room as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return answered(request, deal)


def answered(request: StaffRequest, deal: Opportunity) -> HttpResponseBase:
    return renewed(request, lambda: shown(request, deal), to=to_revisits(deal))


def chart_of(scores: list[Score] | Any) -> Chart | None:
    """How satisfied the customer was, time by time; one point is no series."""
    if len(scores) < 2:
        return None
    return Chart(
        ChartKind.LINE,
        _("客户满意度（0–10 分，客户本人给出）"),
        tuple(f"{score.on:%Y-%m-%d}" for score in scores),
        (Series(_("满意度"), tuple(score.score for score in scores)),),
    )
