"""What a deal's proposal tells its gates (S5.1, S5.4)."""

from __future__ import annotations

from django.utils import timezone

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.proposals.queries import current_proposal, readiness

KINDS = frozenset({"rigid_answered", "claims_covered"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """Whether every rigid need is answered with this customer's own facts, and every claimed quantity has evidence that
    covers it today. Neither holds without a proposal that says something. One query while there is none."""
    proposal = current_proposal(opportunity)
    if proposal is None:
        return {"rigid_answered": False, "claims_covered": False}
    ready = readiness(proposal, today=timezone.localdate())
    is_written = not ready.is_empty
    return {
        "rigid_answered": is_written and not ready.unanswered,
        "claims_covered": is_written and not ready.uncovered,
    }
