"""What packages above, and this one's own jobs, hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

# Called in the transaction that changed the rules of cadence and pool, or the calendar: dates are to be worked out anew.
on_pool_rules_changed: list[Callable[[datetime], object]] = []
