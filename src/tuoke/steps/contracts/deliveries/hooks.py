"""Who hears of the first delivery. Filled by ``config.wiring``; told in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.contracts.deliveries.models import Acceptance, Feedback, Issue

# The customer has said something behind his link: accepted or not, a score, an issue of his.
on_customer_said: list[Callable[[Acceptance | Feedback | Issue, Principal, datetime], None]] = []
# Somebody was given an issue to solve.
on_issue_given: list[Callable[[Issue, Principal, datetime], None]] = []
# An issue is solved, says who solved it: its finder's side is to look.
on_issue_solved: list[Callable[[Issue, Principal, datetime], None]] = []
