from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog.actions.permits import must
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.rules import CampaignPlan, sound_plan


@transaction.atomic
def plan_campaign(*, plan: CampaignPlan, by: Principal, now: datetime) -> Campaign:
    """Begin a 拓展计划. Raises Refused: may_not_plan, name_missing, name_too_long, name_taken, period_reversed, owner_inactive."""
    must(_may_plan(plan, by=by, apart_from=None))
    campaign = Campaign.objects.create(**_columns(plan))
    record(
        kind="catalog.campaign_planned", subject=campaign, thread=campaign, by=by, at=now,
        changes={name: (None, value) for name, value in _said(campaign).items() if value},
    )  # fmt: skip
    return campaign


@transaction.atomic
def change_campaign(*, campaign: Campaign, version: int, plan: CampaignPlan, by: Principal, now: datetime) -> Campaign:
    """Change what it says. Raises Conflict (stale ``version``) or Refused as ``plan_campaign`` does."""
    current = Campaign.objects.select_for_update(of=("self",)).select_related("product", "owner").get(pk=campaign.pk)
    if current.version != version:
        raise Conflict(current)
    must(_may_plan(plan, by=by, apart_from=current))
    before = _said(current)
    for name, value in _columns(plan).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    changed = Campaign.objects.select_related("product", "owner").get(pk=current.pk)
    changes = changes_between(before=before, after=_said(changed))
    if changes:
        record(kind="catalog.campaign_changed", subject=changed, thread=changed, by=by, at=now, changes=changes)
    return changed


@transaction.atomic
def start_campaign(
    *, campaign: Campaign, by: Principal, now: datetime, facts: dict[str, Any] | None = None
) -> Campaign:
    """Start it. The caller has asked step 1's gate (``targeting.actions.start``). Raises Refused: may_not_plan, already_started."""
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    verdict = YES if by.may(Permission.PROFILE_WRITE) else no("may_not_plan")
    if current.started_at is not None:
        verdict &= no("already_started", at=current.started_at)
    must(verdict)
    current.started_at = now
    current.version += 1
    current.save(update_fields=["started_at", "version"])
    record(kind="catalog.campaign_started", subject=current, thread=current, by=by, at=now, facts=facts)
    return current


def _may_plan(plan: CampaignPlan, *, by: Principal, apart_from: Campaign | None) -> Verdict:
    verdict = sound_plan(plan)
    if not by.may(Permission.PROFILE_WRITE):
        verdict &= no("may_not_plan")
    twins = Campaign.objects.filter(name=plan.name.strip())
    if (twins.exclude(pk=apart_from.pk) if apart_from else twins).exists():
        verdict &= no("name_taken", field="name")
    if not User.objects.filter(pk=plan.owner_id, is_active=True).exists():
        verdict &= no("owner_inactive", field="owner")
    return verdict


def _columns(plan: CampaignPlan) -> dict[str, Any]:
    return {
        "name": plan.name.strip(),
        "company_goal": plan.company_goal.strip(),
        "product_id": plan.product_id,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "owner_id": plan.owner_id,
    }


def _said(campaign: Campaign) -> dict[str, Any]:
    """As the history keeps it: names, not ids."""
    return {
        "name": campaign.name,
        "company_goal": campaign.company_goal,
        "product": campaign.product.name if campaign.product else "",
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "owner": campaign.owner.name,
    }
