"""Verbs on a negotiation's plan and its bottom lines. Each raises Refused with every reason, Conflict where somebody
saved first, and Opportunity.DoesNotExist where ``by`` may not write the deal, or its door is closed to him (O1, S6.1)."""

from tuoke.steps.negotiation.actions.ladder import (
    add_concession,
    concede,
    edit_concession,
    order_ladder,
    restore_concession,
    take_back,
    withdraw_concession,
)
from tuoke.steps.negotiation.actions.lines import name_insider, remove_insider, restore_line, set_line
from tuoke.steps.negotiation.actions.repointing import repoint
from tuoke.steps.negotiation.actions.table import add_seat, edit_seat, restore_seat, set_plan, withdraw_seat

__all__ = [
    "add_concession",
    "add_seat",
    "concede",
    "edit_concession",
    "edit_seat",
    "name_insider",
    "order_ladder",
    "remove_insider",
    "repoint",
    "restore_concession",
    "restore_line",
    "restore_seat",
    "set_line",
    "set_plan",
    "take_back",
    "withdraw_concession",
    "withdraw_seat",
]
