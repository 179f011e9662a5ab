"""What the plan of a negotiation tells the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.negotiation.queries import is_set, planned

KINDS = frozenset({"bottom_line_set", "concessions_planned"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """That a bottom line is set (never where), and how many concessions have something asked in return. Two queries."""
    return {"bottom_line_set": is_set(deal), "concessions_planned": planned(deal)}
