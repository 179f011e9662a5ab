"""What step 1 tells its gate, about a campaign."""

from __future__ import annotations

from decimal import Decimal

from tuoke.spine.catalog.models import Campaign
from tuoke.spine.playbook.queries import current_version, ticks_of
from tuoke.spine.playbook.rules import Facts, Judgement, StepDoc, StepKey, judge
from tuoke.steps.targeting import hooks
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of, profile_of
from tuoke.steps.targeting.rules import dimensions_filled


def facts_of(profile: CustomerProfile | None) -> Facts:
    """``profile_dimensions``: how many of the five are filled in the profile that the campaign aims at.

    ``review_dates_set``: somebody will look at it again. Other rooms ask the same of what they own.
    """
    return {
        "profile_dimensions": dimensions_filled(content_of(profile)) if profile else 0,
        "review_dates_set": profile is not None and profile.review_by is not None,
    }


def facts_about(campaign: Campaign) -> Facts:
    """All that is known about a campaign: of its profile, and what other rooms say (``hooks.campaign_facts``).

    A kind that several name holds when it holds for each.
    """
    found: dict[str, bool | int | Decimal | None] = dict(facts_of(profile_of(campaign)))
    for told in hooks.campaign_facts:
        for kind, value in told(campaign).items():
            found[kind] = value and found[kind] if kind in found else value
    return found


def step_doc() -> StepDoc:
    """Step 1 as the published playbook has it. Raises NoPlaybook."""
    return current_version().document().step(StepKey.TARGETING)


def judgement_of(campaign: Campaign) -> Judgement:
    """Step 1's gate for this campaign: every criterion, met or not. Raises NoPlaybook."""
    return judge(step_doc().criteria, facts_about(campaign), ticked=set(ticks_of(campaign)))
