"""Where on the screens a criterion about follow-ups is made true."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_record(deal: Opportunity) -> str:
    return f"{reverse('followups:new')}?deal={deal.pk}"


def to_plan(deal: Opportunity) -> str:
    return f"{reverse('followups:plan')}?deal={deal.pk}"


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "followups_in_step": to_record,
    "followup_advanced_in_step": to_record,
    "next_action_set": to_plan,
}
