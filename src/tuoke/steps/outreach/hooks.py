"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.spine.customers.models import Contact, Customer
    from tuoke.spine.deals.models import Opportunity
    from tuoke.spine.followups.models import Subject


@dataclass(frozen=True, slots=True)
class DraftNeeds:
    """What a customer said in a first contact that he wants, to become drafts of his needs (S3.4, S4.3)."""

    customer: Customer
    deal: Opportunity | None
    contact: Contact | None
    descriptions: tuple[str, ...]


# Called in the transaction that saves a call: makes drafts of needs, says how many. One at most.
draft_needs: list[Callable[[DraftNeeds, Principal, datetime], int]] = []
# Placeholders of the library → what a room above knows of a subject that ``who`` holds (现用方案 from a call …); a fact
# that the records below have is not overruled. A fixed number of queries each.
more_facts: list[Callable[[Principal, Subject], Mapping[str, str]]] = []
