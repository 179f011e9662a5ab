"""What packages above, and rooms beside this one, hand in. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.deals.models import Opportunity
    from tuoke.steps.negotiation.rounds.models import AgreedTerms, Position

# Did the customer give a sign since then that one may come back to him? The first that says yes ends the quiet period.
opens_way: list[Callable[[Opportunity, datetime], bool]] = []

# Told in the same transaction when somebody to whom the line is closed entered an offer or an agreement: on either side
# of the line the same, once.
on_waiting: list[Callable[[Position | AgreedTerms, Principal, datetime], None]] = []
