"""Reading the proposal: as it stands, as a version kept it, and what differs between two."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.http import screen, toast
from tuoke.spine.library.queries import standing_of
from tuoke.steps.proposals import actions, hooks, queries
from tuoke.steps.proposals.forms import CompareForm, FreezeForm
from tuoke.steps.proposals.models import PART_NAMES, Proposal
from tuoke.steps.proposals.queries.judging import PROVES
from tuoke.steps.proposals.rules import Frozen, between
from tuoke.steps.proposals.views.answering import (
    after,
    complain,
    deal_of,
    pressed,
    standing_proposal,
    version_of,
)


@require_GET
@needs(Permission.PROPOSAL_READ)
def preview(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The proposal as it reads now (region ``reading``)."""
    deal, today = deal_of(request, pk), timezone.localdate()
    proposal = queries.current_proposal(deal)
    if proposal is None:
        return after(request, deal)
    context = {
        "deal": deal,
        "proposal": proposal,
        **reading(queries.frozen_now(proposal, today=today), who=request.principal),
    }
    return screen(request, "proposals/preview.html", context, region="reading")


@require_POST
@needs(Permission.PROPOSAL_WRITE)
@once
def freeze(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Keep what it says now as a version; the same as the latest one makes none."""
    proposal, form = standing_proposal(request, pk), FreezeForm(request.POST)
    deal, by, now = proposal.opportunity, request.principal, timezone.now()
    if not form.is_valid():
        return complain(request, _("请检查“这一版改了什么”。"), deal=deal)
    before, note = queries.latest_version(proposal), form.cleaned_data["note"]

    def act() -> None:
        made = actions.freeze(proposal=proposal, note=note, by=by, now=now)
        is_new = before is None or made.number > before.number
        said = _("已存为第 %(number)s 版") if is_new else _("内容和第 %(number)s 版一样，没有另存")
        toast(request, said % {"number": made.number})

    return pressed(request, act, said="", deal=deal)


@require_GET
@needs(Permission.PROPOSAL_READ)
def version(request: StaffRequest, pk: int) -> HttpResponse:
    """One version, and with ``?against=`` what differs from another (region ``reading``)."""
    made, today = version_of(request, pk), timezone.localdate()
    proposal: Proposal = made.proposal
    others = [other for other in queries.versions_of(proposal) if other.pk != made.pk]
    form = CompareForm(request.GET or None, others=others)
    against = form.cleaned_data["against"] if form.is_valid() else None
    other = next((one for one in others if one.number == against), None)
    held = standing_of(made.proofs.values_list("item_version_id", flat=True), today=today)
    stale = {pk for pk, worth in held.items() if worth not in PROVES}
    frozen = made.frozen
    context: dict[str, Any] = {
        "deal": proposal.opportunity, "proposal": proposal, "version": made, "form": form, "others": others,
        "stale": [proof for proof in frozen.proofs if proof.version_id in stale], **reading(frozen, who=request.principal),
    }  # fmt: skip
    if other is not None:
        older, newer = (other, made) if other.number < made.number else (made, other)
        context |= {
            "older": older,
            "newer": newer,
            "change": between(older.frozen, newer.frozen),
            "part_names": PART_NAMES,
        }
    return screen(request, "proposals/version.html", context, region="reading")


def reading(frozen: Frozen, *, who: Principal) -> dict[str, Any]:
    """What a frozen content shows, part by part; of what other rooms handed in, what ``who`` may read."""
    titles = {part.key: part.title for part in hooks.parts}
    closed = {part.key for part in hooks.parts if not part.is_for(who)}
    parts = [(name, [s for s in frozen.sections if s.part == key]) for key, name in PART_NAMES.items()]
    return {
        "frozen": frozen,
        "parts": [(name, sections) for name, sections in parts if sections],
        "handed": [(titles.get(key, key), data) for key, data in frozen.parts.items() if key not in closed],
    }
