"""What the first delivery tells the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.contracts.deliveries.queries import open_issues_in, progress_in, score_of

KINDS = frozenset({"first_delivery_accepted", "delivery_feedback"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """Every item is accepted; the customer has given a score and nothing that went wrong is still open. Three queries."""
    return {
        "first_delivery_accepted": progress_in(deal).is_accepted,
        "delivery_feedback": score_of(deal) is not None and not open_issues_in([deal.pk]),
    }
