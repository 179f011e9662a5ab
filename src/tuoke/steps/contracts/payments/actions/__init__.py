"""Verbs on payments. Each raises Refused with every reason, Conflict where somebody saved first, and Opportunity.DoesNotExist
where ``by`` may not write the deal's payments. The deal's lock is that of all its payments."""

from tuoke.steps.contracts.payments.actions.ending import after_ending
from tuoke.steps.contracts.payments.actions.following import after_signing, follow_all, follow_moves, remind_due
from tuoke.steps.contracts.payments.actions.planning import (
    add_instalment,
    draft_schedule,
    edit_instalment,
    link_to_plan,
    restore_instalment,
    withdraw_instalment,
)
from tuoke.steps.contracts.payments.actions.receiving import (
    assign_receipt,
    receive,
    refund,
    restore_receipt,
    withdraw_receipt,
)

__all__ = [
    "add_instalment",
    "after_ending",
    "after_signing",
    "assign_receipt",
    "draft_schedule",
    "edit_instalment",
    "follow_all",
    "follow_moves",
    "link_to_plan",
    "receive",
    "refund",
    "remind_due",
    "restore_instalment",
    "restore_receipt",
    "withdraw_instalment",
    "withdraw_receipt",
]
