"""What other rooms tell the value model. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.spine.deals.models import Opportunity


@dataclass(frozen=True, slots=True)
class Investment:
    """What the customer would pay at the beginning, yuan, and what says so (报价 2)."""

    amount: Decimal
    label: str


# The present offer's total; None while there is no offer. The first that knows counts.
investment_of: list[Callable[[Opportunity], Investment | None]] = []
