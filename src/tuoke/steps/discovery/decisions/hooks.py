"""What other rooms tell the decision map. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal


@dataclass(frozen=True, slots=True)
class Touch:
    """One of us has met one of the customer's people: how often, and when last."""

    contact_id: int
    by_id: int | None
    by_name: str
    times: int
    last_at: datetime


# Meetings that leave no follow-up of their own, by the people who took part. A constant number of queries each.
touches: list[Callable[[Principal | None, Sequence[int]], Sequence[Touch]]] = []
