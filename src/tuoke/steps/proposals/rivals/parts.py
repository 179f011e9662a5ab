"""What the comparison gives into the proposal: what sets us apart. No rival is named and nothing is said of any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.rules import Standing
from tuoke.steps.proposals.rivals.queries import criteria_seen, rivals_of


def freeze(deal: Opportunity) -> Mapping[str, Any] | None:
    """None where nothing is known. ``points`` are statements; ``criteria`` what the customer chooses by in his order,
    ``is_strong`` where we stand well.

    ``{"points": [text], "criteria": [{"text", "weight", "own_words", "is_strong"}]}``
    """
    lines = (line.strip() for rival in rivals_of(deal) for line in rival.our_difference.splitlines())
    points = list(dict.fromkeys(filter(None, lines)))
    criteria = [
        {
            "text": criterion.text,
            "weight": criterion.weight,
            "own_words": criterion.own_words,
            "is_strong": criterion.standing == Standing.STRONG,
        }
        for criterion in criteria_seen(deal)
    ]
    return {"points": points, "criteria": criteria} if points else None
