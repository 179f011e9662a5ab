"""What other rooms tell the plan of a negotiation. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.models import User
    from tuoke.base.accounts.rules import Principal
    from tuoke.services.documents.rules import Section
    from tuoke.spine.deals.models import Opportunity


@dataclass(frozen=True, slots=True)
class Asked:
    """What we ask of the customer now: yuan in all, tax included."""

    price: Decimal
    delivery_days: int | None = None


# What we ask now, where a later room knows better than the issued offer (a round): the first that knows wins.
asked: list[Callable[[Opportunity], Asked | None]] = []

# Somebody was let through the door, or isn't any more: who is told of it (never of what lies behind it).
on_named: list[Callable[[Opportunity, User, Principal, datetime], None]] = []

# What later rooms add to 《谈判要点清单》, for whoever may read negotiations. Their headings carry no number, and nothing
# that they say may follow from a bottom line: it stands in a section of its own, after them.
document_sections: list[Callable[[Principal, Opportunity, date], Sequence[Section]]] = []
