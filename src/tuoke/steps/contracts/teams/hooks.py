"""Who hears of bookings. Filled by ``config.wiring``; told in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.contracts.teams.models import Booking

# Somebody's time is asked for: he, or his manager, is to agree.
on_asked: list[Callable[[Booking, Principal, datetime], None]] = []
# It was agreed, declined or withdrawn.
on_decided: list[Callable[[Booking, Principal, datetime], None]] = []
