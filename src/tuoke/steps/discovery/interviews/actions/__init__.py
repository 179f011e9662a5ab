"""Verbs of interviews (S4.1, S4.2). Each raises Refused with every reason, or DoesNotExist for what ``by`` can't write."""

from tuoke.steps.discovery.interviews.actions.answers import (
    correct_answer,
    remove_answer,
    restore_answer,
    save_answer,
    save_notes,
    take_as_need,
)
from tuoke.steps.discovery.interviews.actions.meetings import Closing, begin, bring_in, hold
from tuoke.steps.discovery.interviews.actions.outlines import (
    carry_over,
    change_outline,
    draw_up,
    restore_outline,
    withdraw_outline,
)
from tuoke.steps.discovery.interviews.actions.questions import (
    add_question,
    edit_question,
    move_question,
    pick,
    remove_question,
    reorder,
    restore_question,
    share_question,
    suggest,
)
from tuoke.steps.discovery.interviews.actions.repointing import repoint

__all__ = [
    "Closing",
    "add_question", "begin", "bring_in", "carry_over", "change_outline", "correct_answer", "draw_up", "edit_question",
    "hold", "move_question", "pick", "remove_answer", "remove_question", "reorder", "repoint", "restore_answer",
    "restore_outline", "restore_question", "save_answer", "save_notes", "share_question", "suggest", "take_as_need",
    "withdraw_outline",
]  # fmt: skip
