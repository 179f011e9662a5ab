"""How a lead is weighed (S2.4), ranked (S2.5) and written down. Plain Python."""

from tuoke.steps.leads.rules.drafts import LIMITS, LeadDraft, faults, merged
from tuoke.steps.leads.rules.scoring import (
    TOP,
    DimensionScore,
    LeadFacts,
    Score,
    Scorer,
    months_until,
    score,
)
from tuoke.steps.leads.rules.tiers import tier_of

__all__ = [
    "LIMITS",
    "TOP",
    "DimensionScore",
    "LeadDraft",
    "LeadFacts",
    "Score",
    "Scorer",
    "faults",
    "merged",
    "months_until",
    "score",
    "tier_of",
]
