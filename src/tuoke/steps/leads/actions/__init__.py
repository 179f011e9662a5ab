"""Everything that can be done with a lead. Each verb locks, checks, changes and records in one transaction.

Each raises Refused with every reason as a code (``words.py`` says them), Conflict where somebody saved first, and
Lead.DoesNotExist where ``by`` may not write the lead: someone else's lead is not there (O1).
"""

from tuoke.steps.leads.actions.converting import GateClosed, Terms, convert
from tuoke.steps.leads.actions.holding import (
    assign_lead,
    claim_lead,
    discard_lead,
    reopen_lead,
    return_to_pool,
    tell_apart,
    tick,
    untick,
)
from tuoke.steps.leads.actions.rescoring import rescore
from tuoke.steps.leads.actions.shared import REASON_LIMIT
from tuoke.steps.leads.actions.writing import create_lead, create_many, edit_lead, update_many

__all__ = [
    "REASON_LIMIT",
    "GateClosed",
    "Terms",
    "assign_lead",
    "claim_lead",
    "convert",
    "create_lead",
    "create_many",
    "discard_lead",
    "edit_lead",
    "reopen_lead",
    "rescore",
    "return_to_pool",
    "tell_apart",
    "tick",
    "untick",
    "update_many",
]
