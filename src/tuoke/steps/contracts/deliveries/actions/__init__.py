"""Verbs on the first delivery. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not work on the project (O1, P4)."""

from tuoke.steps.contracts.deliveries.actions.answers import (
    accept_on_paper,
    customer_answers,
    customer_reports,
    customer_scores,
    customer_settles,
    may_speak,
    score_on_paper,
    take_back_acceptance,
    take_back_score,
)
from tuoke.steps.contracts.deliveries.actions.issues import (
    add_issue,
    close_for_customer,
    close_issue,
    edit_issue,
    reopen_issue,
    restore_issue,
    solve_issue,
    withdraw_issue,
)
from tuoke.steps.contracts.deliveries.actions.items import (
    add_item,
    deliver,
    edit_item,
    move_item,
    restore_item,
    undeliver,
    withdraw_item,
)
from tuoke.steps.contracts.deliveries.actions.repointing import repoint
from tuoke.steps.contracts.deliveries.actions.sharing import LINK_KIND, send

__all__ = [
    "LINK_KIND",
    "accept_on_paper",
    "add_issue",
    "add_item",
    "close_for_customer",
    "close_issue",
    "customer_answers",
    "customer_reports",
    "customer_scores",
    "customer_settles",
    "deliver",
    "edit_issue",
    "edit_item",
    "may_speak",
    "move_item",
    "reopen_issue",
    "repoint",
    "restore_issue",
    "restore_item",
    "score_on_paper",
    "send",
    "solve_issue",
    "take_back_acceptance",
    "take_back_score",
    "undeliver",
    "withdraw_issue",
    "withdraw_item",
]
