"""What the screens of sendings share: reading what was asked, and answering with the page as it is now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.services.approvals.queries import latest
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.sendings import queries
from tuoke.steps.proposals.sendings.forms import RefusableForm
from tuoke.steps.proposals.sendings.models import Sending, deals_of
from tuoke.steps.proposals.sendings.rules import may_go_out
from tuoke.steps.proposals.sendings.words import sentences

# Reading


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = deals_of(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner", "lead", "product"), pk=pk)


def sending_of(request: StaffRequest, pk: int, *, action: str = "write") -> Sending:
    visible = Sending.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("opportunity__customer"), pk=pk)


def contacts_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer=deal.customer_id).order_by("id")[:200])


# Answering


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The whole page, or its region ``sendings``."""
    return screen(request, "sendings/page.html", page_context(request, deal), region="sendings")


def page_context(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    who, now = request.principal, timezone.now()
    proposal = current_proposal(deal)
    lacks = queries.lacks_of(proposal, today=timezone.localdate(now)) if proposal else None
    shows = queries.presentations_of(who, deal)
    return {
        "deal": deal,
        "proposal": proposal,
        "lacks": lacks,
        "problems": sentences(may_go_out(lacks)) if lacks else [],
        "approval": latest(queries.CLAIMS, proposal) if proposal and lacks and lacks.claims else None,
        "overview": queries.overview(who, deal, now=now),
        "presentations": [one for one in shows if one.withdrawn_at is None],
        "withdrawn": [one for one in shows if one.withdrawn_at is not None],
        "may_write": may_write(request, deal),
        "may_export": who.may(Permission.EXPORT),
        "is_part": True,
    }


def may_write(request: StaffRequest, deal: Opportunity) -> bool:
    return deals_of(request.principal, "write").filter(pk=deal.pk).exists()


def done(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Whether the action took it; a refusal is said at the fields."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return False
    return True


def pressed(
    request: StaffRequest, act: Callable[[], object], *, said: str, deal: Opportunity, undo_url: str = ""
) -> HttpResponseBase:
    """A one-press verb: do it, say so, show the page as it is now."""
    press(request, act, say=sentences, said=said, undo_url=undo_url)
    return after(request, deal)


def after(request: StaffRequest, deal: Opportunity) -> HttpResponseBase:
    return renewed(request, lambda: shown(request, deal), to=address(deal))


def address(deal: Opportunity) -> str:
    return reverse("sendings:page", args=[deal.pk])


def status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
