"""What is done with the needs of a customer. Refusals are codes; ``words`` has the sentences."""

from tuoke.steps.discovery.actions import confirmations
from tuoke.steps.discovery.actions.drafts import draft_after_call, draft_needs, merge_draft, return_draft, take_draft
from tuoke.steps.discovery.actions.needs import (
    add_from_answer,
    add_need,
    adopt_needs,
    confirm_need,
    edit_need,
    order_by_urgency,
    reorder,
    restore_need,
    withdraw_need,
)
from tuoke.steps.discovery.actions.repointing import repoint
from tuoke.steps.discovery.actions.sending import answer_comment, resend_list, send_list
from tuoke.steps.discovery.actions.table import import_table

__all__ = [
    "add_from_answer",
    "add_need",
    "adopt_needs",
    "answer_comment",
    "confirm_need",
    "confirmations",
    "draft_after_call",
    "draft_needs",
    "edit_need",
    "import_table",
    "merge_draft",
    "order_by_urgency",
    "reorder",
    "repoint",
    "resend_list",
    "restore_need",
    "return_draft",
    "send_list",
    "take_draft",
    "withdraw_need",
]
