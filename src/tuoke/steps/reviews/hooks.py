"""What the review of a deal is told by others. Filled in ``config/wiring.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tuoke.steps.reviews.rules import Proposed, Satisfaction

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.deals.models import Opportunity
    from tuoke.steps.reviews.models import Contribution, Review

satisfaction_of: list[Callable[[Opportunity], Sequence[Satisfaction]]] = []
"""What the customer himself has answered about this deal: scores of deliveries, of surveys. A fixed number of queries."""


improvements_of: list[Callable[[Review], Sequence[Proposed]]] = []
"""What is to change because of this review; one query. Withdrawn ones are left out."""

on_asked: list[Callable[[Contribution, Principal, datetime], None]] = []
"""In the transaction in which somebody was asked for his part of a review."""

on_opened: list[Callable[[Review, Principal, datetime], None]] = []
"""In the transaction in which a review became due: its deal's owner is to hold it."""

__all__ = ["Proposed", "Satisfaction", "improvements_of", "on_asked", "on_opened", "satisfaction_of"]
