"""Verbs on improvements. Each raises Refused with every reason, Conflict where somebody saved first, and DoesNotExist
where ``by`` may not write (O1)."""

from tuoke.steps.reviews.improvements.actions.carrying import (
    item_published,
    mark_done,
    process_discarded,
    process_published,
    process_resumed,
    profile_published,
    put_down,
    take_up,
    undo_done,
)
from tuoke.steps.reviews.improvements.actions.deciding import assign, decide, reconsider, remind_overdue
from tuoke.steps.reviews.improvements.actions.proposing import edit, propose, restore, withdraw

__all__ = [
    "assign",
    "decide",
    "edit",
    "item_published",
    "mark_done",
    "process_discarded",
    "process_published",
    "process_resumed",
    "profile_published",
    "propose",
    "put_down",
    "reconsider",
    "remind_overdue",
    "restore",
    "take_up",
    "undo_done",
    "withdraw",
]
