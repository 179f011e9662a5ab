"""What the other rooms of step 5 tell of a deal when objections are predicted. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tuoke.steps.proposals.objections.rules import RivalFact

if TYPE_CHECKING:
    from tuoke.spine.deals.models import Opportunity

rivals_of: list[Callable[[Opportunity], Sequence[RivalFact]]] = []
"""Whom the customer compares us with. A constant number of queries."""
price_of: list[Callable[[Opportunity], Decimal | None]] = []
"""What the customer would pay by the present offer; None where there is none: then the deal's amount counts."""

__all__ = ["RivalFact", "price_of", "rivals_of"]
