"""Versions of a proposal: frozen for good, and what of them went out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.steps.proposals.actions.checks import locked_proposal, may_change, must, tell
from tuoke.steps.proposals.models import Proposal, ProposalVersion, VersionProof
from tuoke.steps.proposals.queries import frozen_now, latest_version
from tuoke.steps.proposals.rules import NOTE_LIMIT, ProposalState, seal, store, text_verdict


@transaction.atomic
def freeze(*, proposal: Proposal, note: str = "", by: Principal, now: datetime) -> ProposalVersion:
    """Make a version of what the proposal says now, with the figures of the other rooms. What says the same as the
    latest version is that version: no second one is made. Refused(nothing_to_freeze, proposal_withdrawn, deal_closed,
    note_…); Proposal.DoesNotExist where ``by`` may not write the deal."""
    proposal = locked_proposal(proposal, by=by)
    frozen = frozen_now(proposal, today=timezone.localdate(now))
    verdict = may_change(proposal) & text_verdict(note, "note", NOTE_LIMIT)
    must(verdict & (YES if frozen.sections else no("nothing_to_freeze")))
    content, latest = store(frozen), latest_version(proposal)
    said = seal(content)
    if latest is not None and latest.seal == said:
        return latest
    version = ProposalVersion.objects.create(
        proposal=proposal, number=latest.number + 1 if latest else 1, content=content, seal=said, note=note.strip(),
        made_by_id=by.user_id, made_at=now,
    )  # fmt: skip
    VersionProof.objects.bulk_create(
        VersionProof(version=version, item_version_id=proof.version_id) for proof in frozen.proofs
    )
    tell("frozen", proposal, by=by, at=now, number=version.number, note=version.note, version=version.pk)
    return version


def mark_sent(*, proposal: Proposal, by: Principal, now: datetime) -> None:
    """A version of it went out to the customer: its state says so. In the caller's transaction; whoever sends records
    that, this doesn't."""
    proposal = locked_proposal(proposal, by=by)
    must(may_change(proposal))
    if proposal.first_sent_at is None:
        proposal.first_sent_at, proposal.state = now, ProposalState.SENT.value
        proposal.version += 1
        proposal.save()
