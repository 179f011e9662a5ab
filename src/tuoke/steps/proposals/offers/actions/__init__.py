"""Verbs on offers. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal (O1)."""

from tuoke.steps.proposals.offers.actions.asking import ask_discount, may_decide, may_receive, offer_of, on_decided
from tuoke.steps.proposals.offers.actions.lines import add_line, edit_line, move_line, remove_line, restore_line
from tuoke.steps.proposals.offers.actions.offers import (
    draft_offer,
    edit_offer,
    issue,
    put_amount,
    restore,
    take_amount,
    take_back,
    withdraw,
)

__all__ = [
    "add_line",
    "ask_discount",
    "draft_offer",
    "edit_line",
    "edit_offer",
    "issue",
    "may_decide",
    "may_receive",
    "move_line",
    "offer_of",
    "on_decided",
    "put_amount",
    "remove_line",
    "restore",
    "restore_line",
    "take_amount",
    "take_back",
    "withdraw",
]
