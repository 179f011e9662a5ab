"""Versions of a proposal: frozen for good, and what of them went out."""

from __future__ import annotations

from datetime import datetime

from tuoke.base.accounts.rules import Principal
from tuoke.steps.proposals.models import Proposal, ProposalVersion


def freeze(*, proposal: Proposal, note: str = "", by: Principal, now: datetime) -> ProposalVersion:
    """Make a version of what the proposal says now, with the figures of the other rooms. What says the same as the
    latest version is that version: no second one is made. Refused(nothing_to_freeze, proposal_withdrawn, deal_closed,
    note_…); Proposal.DoesNotExist where ``by`` may not write the deal."""
    raise NotImplementedError


def mark_sent(*, proposal: Proposal, by: Principal, now: datetime) -> None:
    """A version of it went out to the customer: its state says so. In the caller's transaction; whoever sends records
    that, this doesn't."""
    raise NotImplementedError
