"""Reads of a negotiation's plan and, behind their door, of its bottom lines."""

from tuoke.steps.negotiation.queries.lines import (
    Inside,
    bottom_line_of,
    ceiling_of,
    inside_of,
    is_set,
    line_to_judge_by,
    may_see_line,
    may_set_line,
    nameable,
    standing_price,
)
from tuoke.steps.negotiation.queries.plans import (
    Idea,
    Ladder,
    Table,
    idea,
    ideas_for,
    ladder_of,
    plan_of,
    planned,
    table_of,
    unseated,
)

__all__ = [
    "Idea",
    "Inside",
    "Ladder",
    "Table",
    "bottom_line_of",
    "ceiling_of",
    "idea",
    "ideas_for",
    "inside_of",
    "is_set",
    "ladder_of",
    "line_to_judge_by",
    "may_see_line",
    "may_set_line",
    "nameable",
    "plan_of",
    "planned",
    "standing_price",
    "table_of",
    "unseated",
]
