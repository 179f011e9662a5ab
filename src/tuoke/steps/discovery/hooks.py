"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.steps.discovery.models import Confirmation


@dataclass(frozen=True, slots=True)
class Source:
    """What a need rests on: somebody's words, where they were said, and the address to read them in their place."""

    text: str
    where: str
    said_on: datetime | None = None
    by_customer: bool = False
    url: str = ""


# By the need's id: what each of these needs rests on. Asked once a page.
sources_of: list[Callable[[Sequence[int]], Mapping[int, Sequence[Source]]]] = []

# Called in the transaction in which the customer did something with the list that was sent to him. What he did:
# reordered commented marked_wrong added confirmed.
on_customer_answered: list[Callable[[Confirmation, str, Principal, datetime], None]] = []
