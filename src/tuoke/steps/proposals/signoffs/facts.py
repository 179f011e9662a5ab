"""What the technical sign-off tells the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.proposals.signoffs.queries import is_signed

KINDS = frozenset({"feasibility_signed"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """The present words of the solution are signed. Three queries at most, whatever there is."""
    return {"feasibility_signed": is_signed(deal)}
