"""Saying that a campaign needs no resources."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.resources.actions.permits import must
from tuoke.steps.targeting.resources.models import NoneNeeded
from tuoke.steps.targeting.resources.queries import owns_or_manages
from tuoke.steps.targeting.resources.rules import sound_text


@transaction.atomic
def need_none(*, campaign: Campaign, reason: str, by: Principal, now: datetime) -> NoneNeeded:
    """Say that the campaign needs no resources, and why. Raises Refused: may_not_state, missing/too_long/text_broken."""
    must(may_state(campaign, by) & sound_text("reason", reason, required=True))
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    before = NoneNeeded.objects.filter(campaign=campaign).first()
    said, _made = NoneNeeded.objects.update_or_create(
        campaign=campaign, defaults={"reason": reason.strip(), "by_id": by.user_id, "at": now}
    )
    record(
        kind="resources.none_needed", subject=campaign, thread=campaign, by=by, at=now,
        changes={"reason": (before.reason if before else None, said.reason)},
    )  # fmt: skip
    return said


@transaction.atomic
def need_some(*, campaign: Campaign, by: Principal, now: datetime) -> None:
    """Take the statement back. Where there is none nothing happens. Raises Refused: may_not_state."""
    must(may_state(campaign, by))
    found = NoneNeeded.objects.filter(campaign=campaign).first()
    if found is None:
        return
    record(
        kind="resources.some_needed", subject=campaign, thread=campaign, by=by, at=now,
        changes={"reason": (found.reason, None)},
    )  # fmt: skip
    found.delete()


def may_state(campaign: Campaign, by: Principal) -> Verdict:
    return YES if owns_or_manages(campaign, by) else no("may_not_state")
