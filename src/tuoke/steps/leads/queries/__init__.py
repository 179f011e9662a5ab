"""Reads of step 2: lists, counters, scores, the gate, the register."""

from tuoke.steps.leads.queries.cadence import Clock, clock, dates_of, pool_policy, pool_rules_lag
from tuoke.steps.leads.queries.counters import COUNTED, Counters, counters
from tuoke.steps.leads.queries.drafts import draft_of
from tuoke.steps.leads.queries.due import Due, Dues, Gone, due_today, recently_recycled, recycled_soon
from tuoke.steps.leads.queries.explaining import Explanation, Line, explanation_of_customer, explanation_of_lead
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
from tuoke.steps.leads.queries.pool import Taken, claim_verdict, claimer_of, held_by, room_of, taken_by
from tuoke.steps.leads.queries.previewing import preview
from tuoke.steps.leads.queries.progress import RESCORING, Progress, is_rescoring, rescoring_now
from tuoke.steps.leads.queries.register import REGISTER, Cell, register_table
from tuoke.steps.leads.queries.scoring import Profiles, Weighed, facts_for_score
from tuoke.steps.leads.queries.weighing import weigh_customer

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
    "Due",
    "Dues",
    "Explanation",
    "Gone",
    "Line",
    "Profiles",
    "Progress",
    "Taken",
    "Weighed",
    "chosen",
    "claim_verdict",
    "claimer_of",
    "clock",
    "corners_of",
    "counted",
    "counters",
    "dates_of",
    "draft_of",
    "due_today",
    "explanation_of_customer",
    "explanation_of_lead",
    "facts_for_score",
    "for_list",
    "held_by",
    "is_rescoring",
    "judgement_of",
    "leads_in",
    "neighbours",
    "page_in",
    "place_of",
    "pool_policy",
    "pool_rules_lag",
    "preview",
    "recently_recycled",
    "recycled_soon",
    "register_table",
    "rescoring_now",
    "room_of",
    "step_for",
    "taken_by",
    "unsettled",
    "weigh_customer",
]
