"""What resources tell step 1's gate about a campaign."""

from __future__ import annotations

from collections.abc import Mapping

from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.resources.queries import allocated_for, none_needed


def facts_of(campaign: Campaign) -> Mapping[str, bool]:
    """``resources_allocated``: something is allocated for its time, or it is said why nothing is needed."""
    return {"resources_allocated": none_needed(campaign) is not None or allocated_for(campaign) > 0}
