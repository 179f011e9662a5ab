"""Verbs of resources: setting up, asking, granting, giving back. All take ``by`` and ``now``."""

from tuoke.steps.targeting.resources.actions.allocations import allocate, approve, give_back, reject, request, withdraw
from tuoke.steps.targeting.resources.actions.statements import may_state, need_none, need_some
from tuoke.steps.targeting.resources.actions.supplies import (
    add_resource,
    change_resource,
    restore_resource,
    void_resource,
)

__all__ = [
    "add_resource",
    "allocate",
    "approve",
    "change_resource",
    "give_back",
    "may_state",
    "need_none",
    "need_some",
    "reject",
    "request",
    "restore_resource",
    "void_resource",
    "withdraw",
]
