"""Verbs on reviews. Each raises Refused with every reason, Conflict where somebody saved first, and DoesNotExist where
``by`` may not write (O1)."""

from tuoke.steps.reviews.actions.finishing import finish, reopen
from tuoke.steps.reviews.actions.holding import ask, hold, note_cost, open_due, open_review, opened_on_closing, unask
from tuoke.steps.reviews.actions.writing import (
    add_own_part,
    add_problem,
    edit_problem,
    restore_problem,
    withdraw_problem,
    write_part,
)

__all__ = [
    "add_own_part",
    "add_problem",
    "ask",
    "edit_problem",
    "finish",
    "hold",
    "note_cost",
    "open_due",
    "open_review",
    "opened_on_closing",
    "reopen",
    "restore_problem",
    "unask",
    "withdraw_problem",
    "write_part",
]
