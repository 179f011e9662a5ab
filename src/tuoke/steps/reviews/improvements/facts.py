"""What improvements tell the gate of step 8."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.reviews.improvements.queries import carried_out_in

KINDS = frozenset({"improvements_carried_out"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """Whether at least one improvement of the deal has reached a tool of the process. One query."""
    return {"improvements_carried_out": carried_out_in(deal)}
