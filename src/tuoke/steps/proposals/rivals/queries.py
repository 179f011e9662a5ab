"""Reads of a deal's competitors. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.rivals.models import Rival
from tuoke.steps.proposals.rivals.rules import Threat

_GRAVEST = {Threat.HIGH: 0, Threat.MEDIUM: 1, Threat.UNKNOWN: 2, Threat.LOW: 3}


def rivals_of(deal: Opportunity) -> list[Rival]:
    """Whom the customer compares us with, the gravest first, with their competitor; one query. Prices in yuan or None."""
    found = Rival.objects.listed().filter(opportunity=deal).select_related("competitor")
    return sorted(found, key=lambda rival: (_GRAVEST[Threat(rival.threat)], rival.pk))
