"""What goals tell step 1's gate about a campaign: ``goals_broken_down``, how many metrics are broken down to persons."""

from __future__ import annotations

from collections.abc import Mapping

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals import hooks
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries import whole_tree
from tuoke.steps.targeting.goals.rules import Holder, Period, missing


def facts_of(campaign: Campaign) -> Mapping[str, int]:
    """``goals_broken_down``: metrics whose goals reach down to persons and add up at every level.

    The campaign's own goals count; where it has none, the general ones of the years in which it runs.
    """
    return {"goals_broken_down": sum(not reasons for reasons in lacks(campaign).values())}


def lacks(campaign: Campaign) -> dict[str, tuple[Reason, ...]]:
    """What is missing, by metric that has goals: not_to_persons, sum_differs (``rules.breakdown``). Empty: no goals at
    all. At most six queries."""
    goals = list(Goal.objects.standing().filter(campaign=campaign))
    if not goals:
        years = range(campaign.starts_on.year, campaign.ends_on.year + 1)
        general = Goal.objects.standing().filter(campaign=None, year__in=years)
        goals = list(general)
        if not any(Period.read(goal.period).meets(campaign.starts_on, campaign.ends_on) for goal in goals):
            return {}
    root = whole_tree(also={Holder.read(goal.holder) for goal in goals})
    found = {}
    for source in hooks.sources:
        amounts = {(g.holder, Period.read(g.period)): g.amount for g in goals if g.metric == source.metric}
        if amounts:
            found[source.metric] = missing(amounts, root)
    return found
