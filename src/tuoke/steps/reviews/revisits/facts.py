"""What revisits tell the gate of the review (S8)."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.queries.satisfaction import satisfaction_of

KINDS = frozenset({"revisit_planned", "satisfaction_known"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """Whether a visit is planned or was made, and whether the customer himself said how satisfied he is: behind his link,
    to us, or when he accepted a delivery."""
    is_planned = Revisit.objects.standing().filter(opportunity=deal).exclude(state="skipped").exists()
    return {"revisit_planned": is_planned, "satisfaction_known": bool(satisfaction_of(deal))}
