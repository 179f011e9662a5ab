"""What revisits are told by others, and tell. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.reviews.revisits.models import Revisit, Survey
    from tuoke.steps.reviews.revisits.queries.satisfaction import Score


@dataclass(frozen=True, slots=True)
class Debt:
    """Something late in a deal, the worst of it: for how many days, how many things, how much money."""

    days: int
    count: int = 1
    amount: Decimal | None = None


# More scores that customers gave, of these deals (deliveries): one call for all of them.
scores_of: list[Callable[[Collection[int]], Sequence[Score]]] = []
# What is overdue of payments, and which issues of deliveries are open, among the deals that ``who`` may see: by deal.
payments_late: list[Callable[[Principal, date], Mapping[int, Debt]]] = []
issues_open: list[Callable[[Principal, date], Mapping[int, Debt]]] = []
# In the transaction in which a customer answered a survey (``is_first``: for the first time).
on_answered: list[Callable[[Survey, bool, Principal, datetime], None]] = []
# In the transaction in which a visit was written down: new needs, a low score.
on_recorded: list[Callable[[Revisit, Principal, datetime], None]] = []
