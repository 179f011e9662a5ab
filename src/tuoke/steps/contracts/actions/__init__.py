"""Everything that can be done with a contract. Each verb locks the deal, checks, changes and records in one transaction.

Each raises Refused with every reason as a code (``words.py`` says them), Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal's contract.
"""

from tuoke.steps.contracts.actions.drafting import amend, begin, end_open, record_signed, restore, withdraw
from tuoke.steps.contracts.actions.repointing import repoint
from tuoke.steps.contracts.actions.signing import accept, sign, terminate, withdraw_acceptance
from tuoke.steps.contracts.actions.versions import freeze
from tuoke.steps.contracts.actions.writing import (
    add_clause,
    compare_anew,
    edit_clause,
    edit_head,
    reorder,
    restore_clause,
    take_clause,
    withdraw_clause,
)

__all__ = [
    "accept",
    "add_clause",
    "amend",
    "begin",
    "compare_anew",
    "edit_clause",
    "edit_head",
    "end_open",
    "freeze",
    "record_signed",
    "reorder",
    "repoint",
    "restore",
    "restore_clause",
    "sign",
    "take_clause",
    "terminate",
    "withdraw",
    "withdraw_acceptance",
    "withdraw_clause",
]
