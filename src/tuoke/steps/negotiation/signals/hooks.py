"""What other rooms hand in, and hear. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from django.db import models

    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.deals.models import Opportunity
    from tuoke.steps.negotiation.models import Concession
    from tuoke.steps.negotiation.signals.models import Signal


class Giver(Protocol):
    """Writes down an extra as a concession, in the caller's transaction; refuses what may not be given (S6.4)."""

    def __call__(
        self,
        *,
        deal: Opportunity,
        give: str,
        source: models.Model | str,
        by: Principal,
        now: datetime,
        get: str = "",
        value: Decimal | None = None,
        concession: Concession | None = None,
    ) -> object: ...


class Taker(Protocol):
    def __call__(self, *, source: models.Model | str, by: Principal, now: datetime) -> object: ...


# An extra was offered with a proposal to sign (``source``), or was taken back with it.
extra_given: list[Giver] = []
extra_taken_back: list[Taker] = []
# By history key of the proposal: what became of its extra, in words; those that stand are left out. One call a page.
extra_states: list[Callable[[Sequence[str]], Mapping[str, str]]] = []
# Told in the same transaction of the signs that were found in what somebody recorded.
on_found: list[Callable[[Sequence[Signal], Principal, datetime], object]] = []
