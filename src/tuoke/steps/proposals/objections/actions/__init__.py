"""Verbs of a deal's objections. Each raises Opportunity.DoesNotExist where ``by`` may not write the deal, Refused with
every reason, Conflict where the version is stale."""

from tuoke.steps.proposals.objections.actions.moving import (
    Raised,
    answer,
    dismiss,
    dismiss_predicted,
    raise_,
    restore,
    settle,
    take_back,
    withdraw,
)
from tuoke.steps.proposals.objections.actions.repointing import repoint
from tuoke.steps.proposals.objections.actions.writing import add, edit

__all__ = [
    "Raised", "add", "answer", "dismiss", "dismiss_predicted", "edit", "raise_", "repoint", "restore", "settle",
    "take_back", "withdraw",
]  # fmt: skip
