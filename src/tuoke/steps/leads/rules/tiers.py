"""分级 (S2.5): how closely a lead is followed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads.rules.facts import LeadFacts, months_until
from tuoke.steps.leads.rules.scoring import Score
from tuoke.steps.targeting.rules import Dimension, ProfileContent

PRESSING = Decimal(7)
"""Urgency points from which a need is urgent. A need presses whether or not it is verified: ``said`` counts."""


def tier_of(score: Score, facts: LeadFacts, profile: ProfileContent, today: date) -> Tier | None:
    """Only high-potential leads have a tier. An unknown purchase date is not a far one."""
    if score.total < profile.threshold:
        return None
    if facts.purchase_on is not None and months_until(facts.purchase_on, today) > profile.watch_after_months:
        return Tier.WATCH
    if facts.decision_maker and score.of(Dimension.URGENCY).said >= PRESSING:
        return Tier.FOCUS
    return Tier.NURTURE
