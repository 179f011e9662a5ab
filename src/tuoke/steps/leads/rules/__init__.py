"""How a lead is weighed (S2.4), ranked (S2.5) and written down. Plain Python."""

from tuoke.steps.leads.rules.drafts import LIMITS, Filling, LeadDraft, completed, differences, faults, merged
from tuoke.steps.leads.rules.facts import LeadFacts, months_until
from tuoke.steps.leads.rules.passing import crossed, limits_of
from tuoke.steps.leads.rules.questions import Gain, Plan, plan
from tuoke.steps.leads.rules.scoring import TOP, DimensionScore, Score, Scorer, score
from tuoke.steps.leads.rules.tiers import tier_of

__all__ = [
    "LIMITS",
    "TOP",
    "DimensionScore",
    "Filling",
    "Gain",
    "LeadDraft",
    "LeadFacts",
    "Plan",
    "Score",
    "Scorer",
    "completed",
    "crossed",
    "differences",
    "faults",
    "limits_of",
    "merged",
    "months_until",
    "plan",
    "score",
    "tier_of",
]
