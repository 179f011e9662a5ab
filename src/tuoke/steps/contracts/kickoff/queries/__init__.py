"""Reads of kick-off plans. Each starts from ``visible_to``, or from a deal that the caller holds."""

from tuoke.steps.contracts.kickoff.queries.plans import (
    Divided,
    Line,
    Lines,
    Sheet,
    divided_completely,
    divided_of,
    has_kickoff,
    late_of,
    lines_of,
    milestones_of,
    plan_of,
    preview,
    sheet_of,
    shifts_of,
    team_of,
    withdrawn_of,
)

__all__ = [
    "Divided",
    "Line",
    "Lines",
    "Sheet",
    "divided_completely",
    "divided_of",
    "has_kickoff",
    "late_of",
    "lines_of",
    "milestones_of",
    "plan_of",
    "preview",
    "sheet_of",
    "shifts_of",
    "team_of",
    "withdrawn_of",
]
