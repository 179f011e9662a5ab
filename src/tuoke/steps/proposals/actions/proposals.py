"""The proposal as a whole: begun, named, withdrawn and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.spine.deals.doors import is_open
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.actions.checks import (
    held,
    locked_proposal,
    may_change,
    must,
    needs_belong,
    tell,
)
from tuoke.steps.proposals.models import Proof, Proposal, Section, SectionNeed
from tuoke.steps.proposals.rules import (
    SECTIONS_MOST,
    TITLE_LIMIT,
    ProposalState,
    SectionDraft,
    may_be_kept,
    text_verdict,
)


@dataclass(frozen=True, slots=True)
class NewSection:
    """A section of a first draft. ``source_id`` is the library version that it began with, ``why`` the reasons as JSON
    takes them, ``proof_ids`` library versions that stand behind it."""

    draft: SectionDraft
    source_id: int | None = None
    why: tuple[dict[str, object], ...] = ()
    proof_ids: tuple[int, ...] = ()


@transaction.atomic
def begin(
    *, deal: Opportunity, title: str, sections: Sequence[NewSection] = (), by: Principal, now: datetime
) -> Proposal:
    """The deal's first proposal, empty or drafted. Refused(proposal_exists, deal_closed, title_…, part_unknown …)."""
    deal = held(deal, by=by)
    verdict = is_open(deal)
    if Proposal.objects.standing().filter(opportunity=deal).exists():
        verdict &= no("proposal_exists")
    verdict &= titled(title) & (YES if len(sections) <= SECTIONS_MOST else no("sections_too_many", limit=SECTIONS_MOST))
    for new in sections:
        verdict &= may_be_kept(new.draft)
    must(verdict)
    proposal = Proposal.objects.create(opportunity=deal, title=title.strip(), created_by_id=by.user_id, created_at=now)
    must(needs_belong([need for new in sections for need in new.draft.needs], proposal))
    _write(proposal, sections, now=now)
    tell("begun", proposal, by=by, at=now, sections=[new.draft.title for new in sections][:12], count=len(sections))
    return proposal


@transaction.atomic
def rename(*, proposal: Proposal, version: int, title: str, by: Principal, now: datetime) -> Proposal:
    proposal = locked_proposal(proposal, by=by)
    if proposal.version != version:
        raise Conflict(proposal)
    must(titled(title) & may_change(proposal))
    before, proposal.title = proposal.title, title.strip()
    if before == proposal.title:
        return proposal
    _save(proposal)
    tell("renamed", proposal, by=by, at=now, changes={"title": (before, proposal.title)})
    return proposal


@transaction.atomic
def withdraw(*, proposal: Proposal, version: int, by: Principal, now: datetime) -> Proposal:
    """Away from the deal, kept with its versions; ``restore`` brings it back (O5)."""
    proposal = locked_proposal(proposal, by=by)
    if proposal.version != version:
        raise Conflict(proposal)
    must(may_change(proposal))
    proposal.withdrawn_at, proposal.state = now, ProposalState.WITHDRAWN.value
    _save(proposal)
    tell("withdrawn", proposal, by=by, at=now)
    return proposal


@transaction.atomic
def restore(*, proposal: Proposal, by: Principal, now: datetime) -> Proposal:
    """Back as it was, unless another one took its place: Refused(proposal_exists)."""
    deal = held(Opportunity(pk=_deal_id(proposal, by)), by=by)
    proposal = locked_proposal(proposal, by=by)
    if proposal.withdrawn_at is None:
        return proposal
    verdict = is_open(deal)
    if Proposal.objects.standing().filter(opportunity=deal).exists():
        verdict &= no("proposal_exists")
    must(verdict)
    proposal.withdrawn_at = None
    proposal.state = (ProposalState.SENT if proposal.was_sent else ProposalState.DRAFT).value
    _save(proposal)
    tell("restored", proposal, by=by, at=now)
    return proposal


def titled(title: str) -> Verdict:
    return (YES if title.strip() else no("title_missing")) & text_verdict(title.strip(), "title", TITLE_LIMIT)


def _deal_id(proposal: Proposal, by: Principal) -> int:
    return Proposal.objects.visible_to(by, "write").values_list("opportunity_id", flat=True).get(pk=proposal.pk)


def _save(proposal: Proposal) -> None:
    proposal.version += 1
    proposal.save()


def _write(proposal: Proposal, sections: Sequence[NewSection], *, now: datetime) -> None:
    rows = [
        Section(
            proposal=proposal, part=new.draft.part, title=new.draft.title.strip(), text=new.draft.text.strip(),
            position=place, source_id=new.source_id, why=list(new.why), created_at=now,
        )
        for place, new in enumerate(sections, start=1)
    ]  # fmt: skip
    for row in rows:
        row.save()
    pairs = list(zip(rows, sections, strict=True))
    SectionNeed.objects.bulk_create(
        SectionNeed(section=row, need_id=need) for row, new in pairs for need in dict.fromkeys(new.draft.needs)
    )
    Proof.objects.bulk_create(
        Proof(section=row, item_version_id=pk, created_at=now)
        for row, new in pairs
        for pk in dict.fromkeys(new.proof_ids)
    )
