"""What the pages of this room have in common: the deal, the offer, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.services.approvals.rules import State
from tuoke.spine.catalog.models import Product
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers import queries, words
from tuoke.steps.proposals.offers.forms import LineForm, NewLineForm
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.places import to_offer
from tuoke.steps.proposals.offers.rules import MOST_LINES


def found_deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner", "product"), pk=pk)


def found_offer(request: StaffRequest, pk: int, *, action: str = "read") -> Offer:
    visible = Offer.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner"), pk=pk)


def found_line(request: StaffRequest, pk: int) -> OfferLine:
    visible = OfferLine.objects.visible_to(request.principal, "write")
    related = ("product", "offer__opportunity__customer", "offer__opportunity__owner")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def shown(
    request: StaffRequest, offer: Offer, *, status: int = 200, new_line: NewLineForm | None = None
) -> HttpResponse:
    """The offer with its lines, and beside it the deal's others (region ``offer``)."""
    context = context_of(request, offer)
    if context["may_edit"]:
        context["new_line"] = new_line or blank_line(request)
    return screen(request, "offers/offer.html", context, region="offer", status=status)


def context_of(request: StaffRequest, offer: Offer) -> dict[str, Any]:
    who, deal, today = request.principal, offer.opportunity, timezone.localdate()
    sheet = queries.sheet_of(who, offer, today=today)
    others = queries.offers_of(who, deal)
    sums = queries.totals_by_offer(others)
    may_write = may_write_deal(request, deal)
    may_edit = may_write and offer.is_draft
    return {
        "deal": deal,
        "offer": offer,
        "sheet": sheet,
        "rows": [(one, LineForm.of(one.line) if may_edit else None) for one in sheet.lines],
        "others": [(one, sums[one.pk]) for one in others],
        "last": len(sheet.lines) - 1,
        "may_write": may_write,
        "may_edit": may_edit,
        "may_add": may_edit and len(sheet.lines) < MOST_LINES,
        "may_export": who.may(Permission.EXPORT),
        "unapproved": words.sentences(sheet.unapproved),
        "asked": sheet.request if sheet.request and sheet.request.state == State.OPEN else None,
        "obstacles": words.sentences(sheet.may_issue),
        "has_expired": offer.has_expired(today),
        "today": today,
    }


def may_write_deal(request: StaffRequest, deal: Opportunity) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    if not request.principal.may(Permission.OFFER_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()


def blank_line(request: StaffRequest) -> NewLineForm:
    return NewLineForm(products=products_for(request))


def products_for(request: StaffRequest) -> list[Product]:
    return list(Product.objects.visible_to(request.principal).offered())


def version_in(given: QueryDict) -> int:
    """The version that was seen; what is none was never there."""
    said = given.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 9 else -1


def pressed(
    request: StaffRequest, offer: Offer, act: Callable[[], object], *, said: str = "", undo_url: str = ""
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the offer as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return renewed(request, lambda: shown(request, found_offer(request, offer.pk)), to=to_offer(offer))
