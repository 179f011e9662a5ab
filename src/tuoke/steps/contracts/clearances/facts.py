"""What clearances tell the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.contracts.clearances.queries import is_cleared
from tuoke.steps.contracts.clearances.rules import Kind

KINDS = frozenset({"legal_cleared"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """The legal side has cleared the contract's newest version, or the signed one. Four queries at most."""
    return {"legal_cleared": is_cleared(deal, Kind.LEGAL)}
