"""Stock and use: what is taken at once, what may be granted, and what a resource and a request may say. Plain Python."""

from tuoke.steps.targeting.resources.rules.terms import (
    LIMITS,
    RETURNS,
    Kind,
    Status,
    Stock,
    Supply,
    Wish,
    may_grant,
    sound_amount,
    sound_supply,
    sound_text,
    sound_wish,
    still_holds,
)
from tuoke.steps.targeting.resources.rules.usage import Stretch, Use, free, peak, stretches

__all__ = [
    "LIMITS",
    "RETURNS",
    "Kind",
    "Status",
    "Stock",
    "Stretch",
    "Supply",
    "Use",
    "Wish",
    "free",
    "may_grant",
    "peak",
    "sound_amount",
    "sound_supply",
    "sound_text",
    "sound_wish",
    "still_holds",
    "stretches",
]
