"""Leads are weighed anew when a profile or the day has changed (S2.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.actions.shared import (
    RESULTS,
)
from tuoke.steps.leads.queries import Profiles

CHUNK = 1000


def rescore(
    *,
    by: Principal,
    now: datetime,
    campaign: Campaign | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Weigh every open lead (of the campaign) by the profiles of today; writes only what changed, chunk by chunk.

    Converted leads keep the score that they were screened with. ``progress`` is told how many were looked at.
    Returns how many changed. Started again it does no harm.
    """
    profiles = Profiles(timezone.localdate(now))
    looked_at, changed, last = 0, 0, 0
    while True:
        leads = Lead.objects.filter(status=LeadStatus.OPEN, pk__gt=last).order_by("pk")
        if campaign is not None:
            leads = leads.filter(campaign=campaign)
        with transaction.atomic():
            batch = list(leads.select_for_update()[:chunk])
            changed += _rescore_batch(batch, profiles)
        if not batch:
            break
        last, looked_at = batch[-1].pk, looked_at + len(batch)
        if progress is not None:
            progress(looked_at)
    with transaction.atomic():
        subject = key_of(campaign) if campaign else "customers.lead:all"
        record(kind="leads.rescored", subject=subject, by=by, at=now, facts={"leads": looked_at, "changed": changed})
    return changed


def _rescore_batch(leads: Sequence[Lead], profiles: Profiles) -> int:
    changed = []
    for lead in leads:
        columns = profiles.weigh(lead).columns
        if any(getattr(lead, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(lead, name, value)
            changed.append(lead)
    Lead.objects.bulk_update(changed, RESULTS, batch_size=100)
    return len(changed)
