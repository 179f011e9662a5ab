"""技术签认: what was asked, who signed with which conditions, and whether the words are still the same."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, toast
from tuoke.services.approvals.models import Request
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.rules import places_in
from tuoke.steps.proposals.models import PART_NAMES
from tuoke.steps.proposals.signoffs import actions, queries, words
from tuoke.steps.proposals.signoffs.forms import AskForm
from tuoke.steps.proposals.signoffs.models import SignOff
from tuoke.steps.proposals.signoffs.places import to_signoffs


@require_GET
@needs(Permission.PROPOSAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """How it stands (region ``signoffs``); whoever is asked gets from here to his decision."""
    return _shown(request, _deal(request, pk))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def ask(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal = _deal(request, pk, action="write")
    form = AskForm(request.POST, signers=queries.signers_of(deal, today=timezone.localdate()))
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.ask(deal=deal, signer=said["signer"], note=said["note"], by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已请 %(name)s 签认") % {"name": said["signer"].name})
            return renewed(request, lambda: _shown(request, deal), to=to_signoffs(deal))
    return _shown(request, deal, form=form, status=422)


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    visible = SignOff.objects.visible_to(request.principal, "write")
    signoff = get_object_or_404(visible.select_related("opportunity__customer", "opportunity__owner"), pk=pk)
    deal = signoff.opportunity
    try:
        actions.withdraw(signoff=signoff, by=request.principal, now=timezone.now())
        toast(request, _("已撤回，不再请他签认"))
    except Refused as refusal:
        messages.error(request, " ".join(words.sentences(refusal.verdict)))
    return renewed(request, lambda: _shown(request, deal), to=to_signoffs(deal))


def _deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def _shown(request: StaffRequest, deal: Opportunity, *, form: AskForm | None = None, status: int = 200) -> HttpResponse:
    who = request.principal
    standing = queries.standing_of(who, deal)
    may_write = _may_write(request, deal)
    signers = queries.signers_of(deal, today=timezone.localdate()) if may_write else []
    waiting = standing.request
    is_asked = waiting is not None and Request.objects.waiting_for(who).filter(pk=waiting.pk).exists()
    context = {
        "deal": deal,
        "standing": standing,
        "passages": [(PART_NAMES[one.part], one) for one in standing.passages],
        "unfilled": [(one.title, places) for one in standing.passages if (places := places_in(one.text))],
        "may_write": may_write,
        "signers": signers,
        "decide_url": waiting.get_absolute_url() if waiting and is_asked else "",
    }
    if may_write and signers and standing.passages and not standing.is_waiting and not standing.is_signed:
        context["form"] = form or AskForm(signers=signers)
    elif form is not None:
        context["form"] = form
    return screen(request, "signoffs/signoffs.html", context, region="signoffs", status=status)


def _may_write(request: StaffRequest, deal: Opportunity) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    if not request.principal.may(Permission.PROPOSAL_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()
