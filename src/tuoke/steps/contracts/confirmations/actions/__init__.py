"""Everything that can be done about the confirmation of clauses. Each verb locks the deal, checks, changes and records in
one transaction; it raises Refused with every reason as a code, and DoesNotExist where ``by`` may not write the contract."""

from tuoke.steps.contracts.confirmations.actions.answering import confirm, note_told, take_back, want_change
from tuoke.steps.contracts.confirmations.actions.customers import (
    customer_agrees,
    customer_takes_back,
    customer_wants_change,
    may_answer,
)
from tuoke.steps.contracts.confirmations.actions.inviting import LINK_KIND, bring_forward, invite, prepare
from tuoke.steps.contracts.confirmations.actions.repointing import repoint

__all__ = [
    "LINK_KIND",
    "bring_forward",
    "confirm",
    "customer_agrees",
    "customer_takes_back",
    "customer_wants_change",
    "invite",
    "may_answer",
    "note_told",
    "prepare",
    "repoint",
    "take_back",
    "want_change",
]
