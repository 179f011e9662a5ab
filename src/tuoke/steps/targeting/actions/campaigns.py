from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.spine.catalog import actions as catalog
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.catalog.rules import CampaignPlan
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import Tick
from tuoke.spine.playbook.rules import StepKey
from tuoke.spine.playbook.rules.kinds import TICK
from tuoke.steps.targeting.actions.permits import may_write, must
from tuoke.steps.targeting.actions.profiles import tell
from tuoke.steps.targeting.facts import judgement_of, step_doc
from tuoke.steps.targeting.models import Aim, CustomerProfile
from tuoke.steps.targeting.queries import profile_of


@transaction.atomic
def plan_campaign(*, plan: CampaignPlan, profile: CustomerProfile | None, by: Principal, now: datetime) -> Campaign:
    """Begin a 拓展计划 that aims at ``profile`` (None: the default). Raises Refused as ``catalog.plan_campaign``."""
    campaign = catalog.plan_campaign(plan=plan, by=by, now=now)
    if profile is not None:
        _aim(campaign, profile, by=by, now=now)
    return campaign


@transaction.atomic
def replan_campaign(
    *,
    campaign: Campaign,
    version: int,
    plan: CampaignPlan,
    profile: CustomerProfile | None,
    by: Principal,
    now: datetime,
) -> Campaign:
    """Change a campaign and what it aims at. Raises Conflict or Refused as ``catalog.change_campaign``."""
    changed = catalog.change_campaign(campaign=campaign, version=version, plan=plan, by=by, now=now)
    _aim(changed, profile, by=by, now=now)
    return changed


@transaction.atomic
def start(*, campaign: Campaign, by: Principal, now: datetime) -> Campaign:
    """Start a campaign once step 1's gate is open. Raises Refused: may_not_plan, already_started, every unmet criterion."""
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if current.started_at is None:
        must(judgement_of(current).verdict)
    profile = profile_of(current)
    facts = {"profile": profile.name, "number": profile.number} if profile else {}
    return catalog.start_campaign(campaign=current, by=by, now=now, facts=facts)


def tick(*, campaign: Campaign, item: str, note: str, by: Principal, now: datetime) -> Tick:
    """Give one's word on a key action or criterion of step 1. Raises Refused: may_not_write, unknown_item, note_too_long."""
    must(may_write(by))
    step = step_doc()
    ticks = {criterion.key for criterion in step.criteria if criterion.kind == TICK}
    if item not in ticks | {action.key for action in step.actions}:
        raise Refused(no("unknown_item", item=item[:80]))
    return playbook.tick(
        subject=campaign, item=item, step=StepKey.TARGETING, note=note, by=by, now=now, thread=campaign
    )


def untick(*, campaign: Campaign, item: str, by: Principal, now: datetime) -> None:
    """Take one's word back. Raises Refused: may_not_write."""
    must(may_write(by))
    playbook.untick(subject=campaign, item=item, by=by, now=now, thread=campaign)


def _aim(campaign: Campaign, profile: CustomerProfile | None, *, by: Principal, now: datetime) -> None:
    found = Aim.objects.select_related("profile").filter(campaign=campaign).first()
    before = found.profile if found else None
    if before == profile:
        return
    if profile is None:
        Aim.objects.filter(campaign=campaign).delete()
    else:
        Aim.objects.update_or_create(campaign=campaign, defaults={"profile": profile})
    names = (before.name if before else "", profile.name if profile else "")
    record(
        kind="targeting.campaign_aimed", subject=campaign, thread=campaign, by=by, at=now, changes={"profile": names}
    )
    covering = profile or profile_of(campaign)
    if covering is not None:
        tell(covering, now)
