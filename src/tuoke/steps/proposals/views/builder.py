"""The proposal as a whole: its page, its panel, its beginning, its name, its withdrawal."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals import actions, queries
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.forms import BeginForm, TitleForm, VersionForm
from tuoke.steps.proposals.rules import Proposed, SectionDraft
from tuoke.steps.proposals.views.answering import (
    after,
    deal_of,
    done,
    pressed,
    proposal_of,
    shown,
    standing_proposal,
    status,
)


@require_GET
@needs(Permission.PROPOSAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The builder of a deal's proposal (region ``builder``), or its proposed outline while there is none."""
    return shown(request, deal_of(request, pk))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def begin(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Draft the first proposal from the needs: ``pick`` are the keys of the sections that are wanted; ``blank`` begins
    with none."""
    deal, now = deal_of(request, pk, action="write"), timezone.now()
    form = BeginForm(request.POST)
    if form.is_valid():
        picked = [] if form.cleaned_data["blank"] else request.POST.getlist("pick")[:100]
        sections, title = _drafted(request, deal, picked), form.cleaned_data["title"]
        by = request.principal
        if done(form, lambda: actions.begin(deal=deal, title=title, sections=sections, by=by, now=now)):
            toast(
                request,
                _("已起草 %(count)s 节，请逐节核对") % {"count": len(sections)} if sections else _("已建立方案"),
            )
            return after(request, deal)
    return shown(request, deal, status=422, form=form, title=form["title"].value())


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def title(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The proposal's name (region ``title``)."""
    proposal = standing_proposal(request, pk)
    deal, now, by = proposal.opportunity, timezone.now(), request.principal
    form = TitleForm(typed(request), initial={"title": proposal.title, "version": proposal.version}, prefix="proposal")
    context: dict[str, Any] = {"form": form, "deal": deal, "proposal": proposal, "is_part": wants_part(request)}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if done(
                form,
                lambda: actions.rename(
                    proposal=proposal, version=given["version"], title=given["title"], by=by, now=now
                ),
            ):
                toast(request, _("已改名"))
                return after(request, deal)
        except Conflict as conflict:
            context["rows"] = [(_("方案标题"), given["title"], getattr(conflict.current, "title", ""))]
            return screen(request, "proposals/title.html", context, region="title", status=409)
    return screen(request, "proposals/title.html", context, region="title", status=status(form))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Away from the deal: another one can be begun."""
    proposal, form = standing_proposal(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.withdraw(proposal=proposal, version=version, by=by, now=now),
        said=_("方案已撤回"),
        deal=proposal.opportunity,
        undo_url=reverse("proposals:restore", args=[proposal.pk]),
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    proposal, by, now = proposal_of(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.restore(proposal=proposal, by=by, now=now),
        said=_("方案已恢复"),
        deal=proposal.opportunity,
    )


def _drafted(request: StaffRequest, deal: Opportunity, picked: list[str]) -> list[NewSection]:
    """The picked sections as they are proposed now; what is no longer proposed is left out."""
    if not picked:
        return []
    who, today = request.principal, timezone.localdate()
    proposed = [one for one in queries.proposed_outline(who, deal, today=today) if one.key in set(picked)]
    proofs = queries.proofs_for(who, deal, proposed, today=today)
    return [_new(one, proofs.get(one.key, ())) for one in proposed]


def _new(one: Proposed, proofs: tuple[int, ...]) -> NewSection:
    return NewSection(
        draft=SectionDraft(one.part, one.title[:80], one.text, one.needs),
        source_id=one.block.version_id if one.block else None,
        why=tuple({"code": reason.code, "params": dict(reason.params)} for reason in one.why),
        proof_ids=proofs,
    )
