"""What rounds and agreements tell the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Round

KINDS = frozenset({"rounds_recorded", "terms_agreed"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """How many rounds are recorded, and whether terms stand agreed. Two queries. Neither tells of a bottom line: what
    waits for approval isn't agreed, and nobody sees that it waits to whom the line is closed."""
    return {
        "rounds_recorded": Round.objects.listed().filter(opportunity=deal).count(),
        "terms_agreed": AgreedTerms.objects.standing().filter(opportunity=deal).exists(),
    }
