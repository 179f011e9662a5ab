"""What two records say side by side, and what went into what (S2.3)."""

from __future__ import annotations

from datetime import datetime

from tuoke.base.records.models import key_of
from tuoke.spine.customers.models import Customer, Lead, Merge
from tuoke.spine.customers.rules.merging import CUSTOMER_GROUPS, LEAD_GROUPS, Weighing, weigh


def weighings_of(kept: Lead | Customer, gone: Lead | Customer) -> list[Weighing]:
    """Every field of both sides, and what is proposed. Reads nothing."""
    groups = LEAD_GROUPS if isinstance(kept, Lead) else CUSTOMER_GROUPS
    return weigh(groups, kept=vars(kept), gone=vars(gone), kept_at=_seen_last(kept), gone_at=_seen_last(gone))


def gone_into(party: Lead | Customer) -> list[str]:
    """History keys of what was merged into it: their past is its past."""
    rows = type(party)._default_manager.filter(merged_into=party).order_by("-pk").values_list("pk", flat=True)
    return [f"{party._meta.label_lower}:{pk}" for pk in rows]


def threads_of_lead(lead: Lead) -> list[str]:
    """The timelines that are a lead's: its own, and those of what was merged into it."""
    return [key_of(lead), *gone_into(lead)]


def merges_into(party: Lead | Customer, *, since: datetime) -> list[Merge]:
    """What went into it and can still be taken back, newest first."""
    rows = Merge.objects.filter(undone_at=None, at__gte=since).select_related("gone_lead", "gone_customer", "by")
    rows = rows.filter(lead=party) if isinstance(party, Lead) else rows.filter(customer=party)
    return list(rows.order_by("-id")[:20])


def _seen_last(party: Lead | Customer) -> datetime:
    return max(party.created_at, party.last_touch_at or party.created_at)
