"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.proposals.sendings.models import Remark, Sending

# Each in the transaction of what happened.
on_sent: list[Callable[[Sending, Principal, datetime], None]] = []
on_failed: list[Callable[[Sending, Principal, datetime], None]] = []
on_remarked: list[Callable[[Remark, Principal, datetime], None]] = []
