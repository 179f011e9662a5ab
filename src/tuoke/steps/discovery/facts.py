"""What the list of needs tells the gates of a deal. Drafts don't count."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedKind, all_confirmed


def facts_of(opportunity: Opportunity) -> Facts:
    """How many needs are listed, how many of them rigid, how many rigid ones the customer confirmed, and whether he
    confirmed the list. One query."""
    needs = list(Need.objects.listed().filter(opportunity=opportunity).values_list("kind", "confirmed_on"))
    rigid = [confirmed_on for kind, confirmed_on in needs if kind == NeedKind.RIGID]
    return {
        "needs_listed": len(needs),
        "rigid_needs": len(rigid),
        "rigid_needs_confirmed": sum(confirmed_on is not None for confirmed_on in rigid),
        "needs_confirmed": all_confirmed(needs),
    }
