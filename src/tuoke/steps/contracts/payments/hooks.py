"""Who hears of money that is due. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.contracts.payments.models import Instalment, Receipt

# Told in the transaction in which one is reminded of an instalment: due soon, or overdue by so many days (above 0).
on_due: list[Callable[[Instalment, int, Principal, datetime], None]] = []
# Told in the transaction in which money was entered: the rows of one transfer.
on_received: list[Callable[[list[Receipt], Principal, datetime], None]] = []
