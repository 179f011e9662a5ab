"""What payments tell the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.contracts.payments.queries import is_scheduled

KINDS = frozenset({"payments_scheduled"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """The instalments make up the contract, each with a day or something it waits for. Three queries at most."""
    return {"payments_scheduled": is_scheduled(deal)}
