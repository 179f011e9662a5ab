"""What follows when a plan changes, and what other rooms add to its document. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuoke.base.accounts.rules import Principal
    from tuoke.services.documents.rules import Section
    from tuoke.spine.deals.models import Opportunity
    from tuoke.steps.contracts.kickoff.models import KickoffPlan
    from tuoke.steps.contracts.kickoff.rules import Move

# Told in the transaction that gave lines of a plan other dates (the owners hear of it). A move's key is the milestone's id.
on_moved: list[Callable[[KickoffPlan, Sequence[Move], Principal, datetime], None]] = []
# Sections of 《项目启动计划》 that other rooms write: who is who on both sides, when one talks. Asked in Chinese.
document_parts: list[Callable[[Principal, Opportunity, date], Sequence[Section]]] = []
