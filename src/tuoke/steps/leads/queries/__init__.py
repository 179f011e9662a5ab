"""Reads of step 2: lists, counters, scores, the gate, the register."""

from tuoke.steps.leads.queries.cadence import Clock, clock, dates_of, pool_policy
from tuoke.steps.leads.queries.counters import COUNTED, Counters, counters
from tuoke.steps.leads.queries.drafts import draft_of
from tuoke.steps.leads.queries.gate import judgement_of, step_for, unsettled
from tuoke.steps.leads.queries.lists import (
    SORTS,
    Asked,
    Corner,
    chosen,
    corners_of,
    counted,
    for_list,
    leads_in,
    neighbours,
    page_in,
    place_of,
)
from tuoke.steps.leads.queries.progress import RESCORING, Progress, is_rescoring, rescoring_now
from tuoke.steps.leads.queries.register import REGISTER, Cell, register_table
from tuoke.steps.leads.queries.scoring import Profiles, Weighed, facts_for_score

__all__ = [
    "COUNTED",
    "REGISTER",
    "RESCORING",
    "SORTS",
    "Asked",
    "Cell",
    "Clock",
    "Corner",
    "Counters",
    "Profiles",
    "Progress",
    "Weighed",
    "chosen",
    "clock",
    "corners_of",
    "counted",
    "counters",
    "dates_of",
    "draft_of",
    "facts_for_score",
    "for_list",
    "is_rescoring",
    "judgement_of",
    "leads_in",
    "neighbours",
    "page_in",
    "place_of",
    "pool_policy",
    "register_table",
    "rescoring_now",
    "step_for",
    "unsettled",
]
