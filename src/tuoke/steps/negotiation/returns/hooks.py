"""What other rooms are told of a calculation. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.negotiation.returns.models import Calculation

# A variant of the customer's has come back by his link; in the transaction in which it was kept.
on_customer_calculated: list[Callable[[Calculation, Principal, datetime], None]] = []
