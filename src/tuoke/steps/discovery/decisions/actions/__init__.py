"""Verbs on the decision chain, purchase criteria and known facts. Each raises Refused with every reason, Conflict where
somebody saved first, and Opportunity.DoesNotExist where ``by`` may not write the deal (O1)."""

from tuoke.steps.discovery.decisions.actions.chain import (
    add_person,
    draft_of,
    leave_out,
    reconsider_role,
    set_boss,
    set_role,
    take_in,
    take_stance,
    think_of_role,
)
from tuoke.steps.discovery.decisions.actions.criteria import (
    add_criterion,
    clear_weights,
    edit_criterion,
    move_criterion,
    restore_criterion,
    set_process,
    split_weights,
    withdraw_criterion,
)
from tuoke.steps.discovery.decisions.actions.known import carry_over, hold_the_rest, judge_known, reopen_known
from tuoke.steps.discovery.decisions.actions.repointing import repoint

__all__ = [
    "add_criterion",
    "add_person",
    "carry_over",
    "clear_weights",
    "draft_of",
    "edit_criterion",
    "hold_the_rest",
    "judge_known",
    "leave_out",
    "move_criterion",
    "reconsider_role",
    "reopen_known",
    "repoint",
    "restore_criterion",
    "set_boss",
    "set_process",
    "set_role",
    "split_weights",
    "take_in",
    "take_stance",
    "think_of_role",
    "withdraw_criterion",
]
