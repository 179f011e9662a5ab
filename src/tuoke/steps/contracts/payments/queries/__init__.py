"""Reads of payments. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.contracts.payments.queries.book import Book, Line, basis_of, book_of, milestone_day
from tuoke.steps.contracts.payments.queries.drafting import draft_of, milestones_of
from tuoke.steps.contracts.payments.queries.lists import Filters, Sums, listed, received_rows, sums_of
from tuoke.steps.contracts.payments.queries.standing import (
    against_reopening,
    badges_of,
    customer_totals,
    due_of,
    is_scheduled,
    overdue_of,
    paid_of,
    said_of_ending,
    state_of,
)

__all__ = [
    "Book", "Filters", "Line", "Sums", "against_reopening", "badges_of", "basis_of", "book_of", "customer_totals",
    "draft_of", "due_of", "is_scheduled", "listed", "milestone_day", "milestones_of", "overdue_of", "paid_of",
    "received_rows", "said_of_ending", "state_of", "sums_of",
]  # fmt: skip
