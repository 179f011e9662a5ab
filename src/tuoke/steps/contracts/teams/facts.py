"""What the team tells the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.contracts.teams.queries import is_introduced, is_shared

KINDS = frozenset({"team_introduced", "kickoff_shared"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """The team was introduced and both sides have a main contact; the customer has the plan. Three queries."""
    return {"team_introduced": is_introduced(deal), "kickoff_shared": is_shared(deal)}
