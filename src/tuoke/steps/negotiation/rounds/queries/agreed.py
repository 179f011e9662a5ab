"""What was agreed: for the contract (S7.1), for the gates, for the room's own page."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.rounds.models import AgreedTerms


def agreed_terms(deal: Opportunity) -> AgreedTerms | None:
    """What stands between both sides; None while nothing is agreed, or it is negotiated anew. One query."""
    return AgreedTerms.objects.standing().filter(opportunity=deal).select_related("contact", "made_by", "round").first()
