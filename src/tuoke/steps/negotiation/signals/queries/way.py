from __future__ import annotations

from datetime import datetime

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.signals.models import Signal


def opens_way(deal: Opportunity, since: datetime) -> bool:
    """``rounds.hooks.opens_way``: the customer gave a sign since then, so he may be spoken to (S6.5). One query."""
    return Signal.objects.standing().filter(opportunity=deal, said_at__gte=since).exists()
