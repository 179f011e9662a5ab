"""What other rooms tell the comparison. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.spine.deals.models import Opportunity

# What we ask for the whole of it, in yuan; None while there is no offer. The first that knows counts.
our_price: list[Callable[[Opportunity], Decimal | None]] = []
