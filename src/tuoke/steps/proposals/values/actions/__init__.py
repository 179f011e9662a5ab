"""Everything that changes a value model."""

from tuoke.steps.proposals.values.actions.items import (
    PROOF_KINDS,
    add_item,
    edit_item,
    move_item,
    restore_item,
    withdraw_item,
)
from tuoke.steps.proposals.values.actions.models import set_spending

__all__ = ["PROOF_KINDS", "add_item", "edit_item", "move_item", "restore_item", "set_spending", "withdraw_item"]
