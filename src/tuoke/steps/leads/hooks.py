"""What packages above, and this one's own jobs, hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.customers.models import Lead
    from tuoke.spine.deals.models import Opportunity

# Called in the transaction that changed the rules of cadence and pool, or the calendar: dates are to be worked out anew.
on_pool_rules_changed: list[Callable[[datetime], object]] = []
# Called in the transaction in which a lead became a customer and a deal: what was noted of it goes along.
on_converted: list[Callable[[Lead, Opportunity, Principal, datetime], object]] = []
