"""What is done with a proposal. Refusals are codes; ``words`` has the sentences."""

from tuoke.steps.proposals.actions.checks import locked_proposal
from tuoke.steps.proposals.actions.evidence import evidence_lost
from tuoke.steps.proposals.actions.proposals import NewSection, begin, rename, restore, withdraw
from tuoke.steps.proposals.actions.sections import (
    add_section,
    attach_proof,
    edit_section,
    renew_proof,
    reorder,
    restore_proof,
    restore_section,
    withdraw_proof,
    withdraw_section,
)
from tuoke.steps.proposals.actions.versions import freeze, mark_sent

__all__ = [
    "NewSection", "add_section", "attach_proof", "begin", "edit_section", "evidence_lost", "freeze", "locked_proposal", "mark_sent", "rename",
    "renew_proof", "reorder", "restore", "restore_proof", "restore_section", "withdraw", "withdraw_proof", "withdraw_section",
]  # fmt: skip
