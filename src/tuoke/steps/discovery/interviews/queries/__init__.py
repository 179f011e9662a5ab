"""Reads of interviews. Each starts from ``visible_to``, or from a deal or outline that was seen already."""

from tuoke.steps.discovery.interviews.queries.bank import BankLine, Scene, bank_of, offers_of, scenes_for, taken_items
from tuoke.steps.discovery.interviews.queries.meetings import met_in_interviews
from tuoke.steps.discovery.interviews.queries.overview import Overview, answers_behind, contrasts_of, overview_of
from tuoke.steps.discovery.interviews.queries.sheet import (
    Group,
    Line,
    Sheet,
    colleagues_for,
    contacts_of,
    first_contact,
    sheet_of,
)

__all__ = [
    "BankLine", "Group", "Line", "Overview", "Scene", "Sheet", "answers_behind", "bank_of", "colleagues_for",
    "contacts_of", "contrasts_of", "first_contact", "met_in_interviews", "offers_of", "overview_of", "scenes_for", "sheet_of", "taken_items",
]  # fmt: skip
