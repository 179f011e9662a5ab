"""Verbs on kick-off plans. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not work on the deal's project (O1, P4)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.contracts.kickoff.actions.dividing import set_part, set_parts
from tuoke.steps.contracts.kickoff.actions.lines import (
    add_milestone,
    edit_milestone,
    order_milestones,
    restore_milestone,
    withdraw_milestone,
)
from tuoke.steps.contracts.kickoff.actions.moving import complete_milestone, move, reopen_milestone, undo
from tuoke.steps.contracts.kickoff.actions.planning import edit_plan, make_plan, shift_plan
from tuoke.steps.contracts.kickoff.models import Milestone

repoint = repointer((Milestone, "contact"))
"""Wired into ``customers.hooks.repointers``."""

__all__ = [
    "add_milestone",
    "complete_milestone",
    "edit_milestone",
    "edit_plan",
    "make_plan",
    "move",
    "order_milestones",
    "reopen_milestone",
    "repoint",
    "restore_milestone",
    "set_part",
    "set_parts",
    "shift_plan",
    "undo",
    "withdraw_milestone",
]
