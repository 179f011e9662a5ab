"""Prices as they are said: 20万–50万, 不低于 20万."""

from __future__ import annotations

from tuoke.spine.customers.rules import said_span, said_yuan
from tuoke.steps.proposals.rivals.models import Rival


def price_said(rival: Rival) -> str:
    """Empty where nothing is known."""
    if rival.price_low is None and rival.price_high is None:
        return ""
    return said_span(rival.price_low, rival.price_high, said_yuan)
