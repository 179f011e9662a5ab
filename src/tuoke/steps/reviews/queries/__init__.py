"""Reads of reviews. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.reviews.queries.figures import MOST_COMPARED, comparable, figures_of, satisfaction_with
from tuoke.steps.reviews.queries.page import (
    Page,
    as_seen,
    content_now,
    may_cost,
    page_of,
    review_of,
    verdict_of,
    waiting_parts,
    waiting_reviews,
)
from tuoke.steps.reviews.queries.people import askable, function_of, functions_of, heard, people_of

__all__ = [
    "MOST_COMPARED",
    "Page",
    "as_seen",
    "askable",
    "comparable",
    "content_now",
    "figures_of",
    "function_of",
    "functions_of",
    "heard",
    "may_cost",
    "page_of",
    "people_of",
    "review_of",
    "satisfaction_with",
    "verdict_of",
    "waiting_parts",
    "waiting_reviews",
]
