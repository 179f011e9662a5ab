"""What calculations tell the gates of a deal."""

from __future__ import annotations

from django.db.models import Q

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.negotiation.returns.models import Calculation, Walk
from tuoke.steps.negotiation.returns.rules import Origin

KINDS = frozenset({"roi_walked"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """Whether we went through the figures with the customer, or he worked them out himself by the link. One query."""
    walked = Walk.objects.standing().filter(calculation__opportunity=deal)
    own = Q(pk__in=walked.values("calculation")) | Q(origin=Origin.CUSTOMER)
    return {"roi_walked": Calculation.objects.standing().filter(own, opportunity=deal).exists()}
