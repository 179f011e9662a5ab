"""How much waits for whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus

COUNTED = 100  # a counter beyond this says 99+


@dataclass(frozen=True, slots=True)
class Counters:
    """How many, each up to ``COUNTED``."""

    mine: int
    pool: int
    high_potential: int


def counters(who: Principal) -> Counters:
    """Open leads of one's own, of the pool, and one's own with a tier. Three bounded counts."""
    seen = Lead.objects.visible_to(who).real().filter(status=LeadStatus.OPEN)
    mine = seen.filter(owner_id=who.user_id) if who.user_id else seen.none()
    return Counters(
        mine=_counted(mine),
        pool=_counted(seen.filter(owner=None)),
        high_potential=_counted(mine.exclude(tier="")),
    )


def _counted(leads: QuerySet[Lead]) -> int:
    return len(leads.order_by().values_list("pk", flat=True)[:COUNTED])
