"""Reads of demonstrations and trials. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.demos.models import Demo
from tuoke.steps.proposals.demos.rules import DemoState


def presented(deal: Opportunity) -> bool:
    """Whether the proposal was gone through with the customer in a demonstration that was held (S5.2)."""
    return Demo.objects.filter(opportunity=deal, state=DemoState.HELD, presented=True).exists()
