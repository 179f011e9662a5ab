"""What the list of needs tells the gates of a deal. Drafts don't count."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedKind, all_confirmed

KINDS = frozenset({"needs_listed", "rigid_needs", "needs_confirmed"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """How many needs are listed, how many of them rigid, and whether the customer confirmed the list. One query.

    A confirmed list with a rigid need in it is what "one rigid need confirmed" means: all of them are.
    """
    needs = list(Need.objects.listed().filter(opportunity=opportunity).values_list("kind", "confirmed_on"))
    return {
        "needs_listed": len(needs),
        "rigid_needs": sum(kind == NeedKind.RIGID for kind, _confirmed_on in needs),
        "needs_confirmed": all_confirmed(needs),
    }
