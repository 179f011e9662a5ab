"""What the screens of the proposal share: reading what was asked, and answering with the builder as it is now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.forms import RefusableForm
from tuoke.steps.proposals.models import Proof, Proposal, ProposalVersion, Section
from tuoke.steps.proposals.views.showing import builder_context
from tuoke.steps.proposals.words import sentences

# Reading


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner", "lead", "product"), pk=pk)


def proposal_of(request: StaffRequest, pk: int, *, action: str = "write") -> Proposal:
    visible = Proposal.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("opportunity__customer"), pk=pk)


def standing_proposal(request: StaffRequest, deal_pk: int) -> Proposal:
    """The proposal that is written now, of a deal that may be written."""
    visible = Proposal.objects.visible_to(request.principal, "write").standing()
    return get_object_or_404(visible.select_related("opportunity__customer"), opportunity__pk=deal_pk)


def section_of(request: StaffRequest, pk: int, *, action: str = "write") -> Section:
    visible = Section.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("proposal__opportunity__customer", "source__item"), pk=pk)


def proof_of(request: StaffRequest, pk: int) -> Proof:
    visible = Proof.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("section__proposal__opportunity__customer"), pk=pk)


def version_of(request: StaffRequest, pk: int) -> ProposalVersion:
    visible = ProposalVersion.objects.visible_to(request.principal)
    return get_object_or_404(visible.select_related("proposal__opportunity__customer", "made_by"), pk=pk)


# Answering


def shown(request: StaffRequest, deal: Opportunity, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page, or its builder (region ``builder``)."""
    context = builder_context(request, deal, today=timezone.localdate()) | more
    return screen(request, "proposals/builder.html", context, region="builder", status=status)


def done(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Whether the action took it; a refusal is said at the fields."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return False
    return True


def pressed(
    request: StaffRequest, act: Callable[[], object], *, said: str, deal: Opportunity, undo_url: str = "", at: str = ""
) -> HttpResponseBase:
    """A one-press verb: do it, say so, show the builder as it is now. ``at`` is the place on the page for a plain form."""
    press(request, act, say=sentences, said=said, undo_url=undo_url)
    return after(request, deal, at=at)


def complain(request: StaffRequest, text: str, *, deal: Opportunity) -> HttpResponseBase:
    messages.error(request, text)
    return after(request, deal)


def after(request: StaffRequest, deal: Opportunity, *, at: str = "") -> HttpResponseBase:
    return renewed(request, lambda: shown(request, deal), to=address(deal) + at)


def address(deal: Opportunity) -> str:
    return reverse("proposals:builder", args=[deal.pk])


def status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
