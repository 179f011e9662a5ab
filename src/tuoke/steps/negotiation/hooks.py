"""What other rooms tell the plan of a negotiation. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.models import User
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.deals.models import Opportunity


@dataclass(frozen=True, slots=True)
class Asked:
    """What we ask of the customer now: yuan in all, tax included."""

    price: Decimal
    delivery_days: int | None = None


# What we ask now, where a later room knows better than the issued offer (a round): the first that knows wins.
asked: list[Callable[[Opportunity], Asked | None]] = []

# Somebody was let through the door, or isn't any more: who is told of it (never of what lies behind it).
on_named: list[Callable[[Opportunity, User, Principal, datetime], None]] = []
