"""The evidence behind a section: chosen from the library by what it covers, taken away, renewed."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.proposals import actions, queries
from tuoke.steps.proposals.forms import AttachForm, SearchForm
from tuoke.steps.proposals.queries.knowing import knowledge_of
from tuoke.steps.proposals.rules import claims_in
from tuoke.steps.proposals.views.answering import after, done, pressed, proof_of, section_of


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
@once
def choose(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Cases and evidence for a section (region ``proofs``), those first that cover its claims; ``?q=`` searches. POST
    attaches the library's ``item``."""
    section, who, now = section_of(request, pk), request.principal, timezone.now()
    deal, form = section.proposal.opportunity, AttachForm(typed(request))
    if request.method == "POST" and form.is_valid():
        version = _current(request, form.cleaned_data["item"])
        note = form.cleaned_data["note"]
        if done(form, lambda: actions.attach_proof(section=section, version=version, note=note, by=who, now=now)):
            toast(request, _("已放入证据“%(title)s”") % {"title": version.item.title})
            return after(request, deal, at=f"#section-{section.pk}")
    search = SearchForm(request.GET or None)
    query = search.cleaned_data["q"] if search.is_valid() else ""
    claims = claims_in(section.text, own=knowledge_of(deal).figures, part=section.part)
    today = timezone.localdate()
    behind = {proof.item_version.item_id for proof in section.proofs.standing().select_related("item_version")}
    found = queries.candidates(who, deal, claims, query=query, today=today)
    context = {
        "section": section, "deal": deal, "form": form, "search": search, "claims": claims, "is_part": wants_part(request),
        "found": [one for one in found if one.item.pk not in behind],
    }  # fmt: skip
    code = 422 if form.is_bound and form.errors else 200
    return screen(request, "proposals/proofs.html", context, region="proofs", status=code)


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    proof, by, now = proof_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw_proof(proof=proof, by=by, now=now),
        said=_("已拿掉这条证据"),
        deal=proof.section.proposal.opportunity,
        undo_url=reverse("proposals:proof_restore", args=[proof.pk]),
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    proof, by, now = proof_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.restore_proof(proof=proof, by=by, now=now),
        said=_("已恢复"),
        deal=proof.section.proposal.opportunity,
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def renew(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The newest wording of the same evidence."""
    proof, by, now = proof_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.renew_proof(proof=proof, by=by, now=now),
        said=_("已换成最新的一版"),
        deal=proof.section.proposal.opportunity,
    )


def _current(request: StaffRequest, item_id: int) -> ItemVersion:
    visible = ItemVersion.objects.visible_to(request.principal).current().select_related("item")
    return get_object_or_404(visible, item=item_id)
