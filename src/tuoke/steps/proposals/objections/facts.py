"""What the list of objections tells the gates of a deal."""

from __future__ import annotations

from django.utils import timezone

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.proposals.objections.queries import readiness_of
from tuoke.steps.proposals.objections.rules import all_prepared

KINDS = frozenset({"objections_prepared"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """``objections_prepared``: each has an answer with something behind it, is settled, or doesn't apply for a reason;
    and there is at least one. A constant number of queries."""
    return {"objections_prepared": all_prepared(readiness_of(deal, today=timezone.localdate()))}
