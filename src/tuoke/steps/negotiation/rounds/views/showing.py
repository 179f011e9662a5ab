"""What the views of this room have in common: the deal, the page, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import CLOSED
from tuoke.steps.negotiation.queries import ladder_of, may_see_line
from tuoke.steps.negotiation.rounds import queries, words
from tuoke.steps.negotiation.rounds.charts import price_chart
from tuoke.steps.negotiation.rounds.forms import RefusableForm
from tuoke.steps.negotiation.rounds.places import to_rounds

MOST_PEOPLE = 200


def found_deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def inside_or_404(request: StaffRequest, deal: Opportunity) -> None:
    """A verb of those who see the line: for everybody else there is no such page, wherever an offer lies."""
    if not may_see_line(request.principal, deal):
        raise Http404


def people_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The room's page (region ``rounds``)."""
    who = request.principal
    page = queries.rounds_page(who, deal, today=timezone.localdate(), before=_before(request.GET))
    context = {
        "deal": deal,
        "page": page,
        "openable": queries.openable(who, page),
        "chart": price_chart(page.course),
        "ladder": ladder_of(who, deal),
        "may_write": may_write(request, deal),
        "may_export": who.may(Permission.EXPORT),
        "today": timezone.localdate(),
    }
    return screen(request, "rounds/page.html", context, region="rounds")


def may_write(request: StaffRequest, deal: Opportunity) -> bool:
    """Whether he may negotiate here, and there is something to negotiate."""
    who = request.principal
    if not who.may(Permission.NEGOTIATION_WRITE) or deal.outcome in CLOSED:
        return False
    return Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()


def pressed(request: StaffRequest, act: Callable[[], object], deal: Opportunity) -> HttpResponseBase:
    """A verb in one press: do it, show the page as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences)
    return done(request, deal)


def done(request: StaffRequest, deal: Opportunity) -> HttpResponseBase:
    """After a verb: the page, and the deal's own page is told."""
    return renewed(request, lambda: shown(request, deal), to=to_rounds(deal))


def tried(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Whether it worked; what was refused stands at the fields."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return False
    return True


def _before(given: QueryDict) -> int | None:
    """``?before=``: rounds with a smaller number."""
    said = given.get("before", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else None
