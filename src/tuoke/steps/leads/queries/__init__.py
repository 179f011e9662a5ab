"""Reads of step 2: lists, counters, scores, the gate, the register."""

from tuoke.steps.leads.queries.counters import COUNTED, Counters, counters
from tuoke.steps.leads.queries.drafts import draft_of
from tuoke.steps.leads.queries.gate import judgement_of, step_for, unsettled
from tuoke.steps.leads.queries.lists import SORTS, Corner, corners_of, for_list, leads_in
from tuoke.steps.leads.queries.register import REGISTER, Cell, register_table
from tuoke.steps.leads.queries.scoring import RESCORING, Profiles, Weighed, facts_for_score, is_rescoring

__all__ = [
    "COUNTED",
    "REGISTER",
    "RESCORING",
    "SORTS",
    "Cell",
    "Corner",
    "Counters",
    "Profiles",
    "Weighed",
    "corners_of",
    "counters",
    "draft_of",
    "facts_for_score",
    "for_list",
    "is_rescoring",
    "judgement_of",
    "leads_in",
    "register_table",
    "step_for",
    "unsettled",
]
