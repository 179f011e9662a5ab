"""What the kick-off plan tells the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.contracts.kickoff.queries import divided_completely

KINDS = frozenset({"raci_complete"})


def facts_of(deal: Opportunity) -> Facts:
    """Every line has exactly one who answers for it and at least one who carries it out. Three queries."""
    return {"raci_complete": divided_completely(deal)}
