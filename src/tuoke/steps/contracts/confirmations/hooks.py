"""What a confirmation tells others. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.contracts.confirmations.models import Invitation

on_customer_answered: list[Callable[[Invitation, str, Principal, datetime], object]] = []
"""Called in the transaction in which a customer answered through his link, with what he did: agreed, agreed_all (nothing is
left for his side to confirm), change or taken_back."""
