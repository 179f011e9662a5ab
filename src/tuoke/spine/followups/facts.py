"""What follow-ups tell the gates of a deal."""

from __future__ import annotations

from django.db.models import Count, Q

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import ADVANCING
from tuoke.spine.playbook.rules import DEAL_STEPS, Facts, FactValue

KINDS = frozenset({"next_action_set", "followups_in_step", "followup_advanced_in_step"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """Contacts per step in which somebody was reached, and whether anybody does something next by a day (F2). Two queries."""
    by_step = (
        FollowUp.objects.about(opportunity)
        .filter(reached=True)
        .values("step")
        .annotate(recorded=Count("pk"), advanced=Count("pk", filter=Q(outcome__in=sorted(ADVANCING))))
        .order_by()
    )
    counted = {row["step"]: row for row in by_step}
    known: dict[str, FactValue] = {"next_action_set": _has_next_action(opportunity)}
    for step in DEAL_STEPS:
        row = counted.get(step.value, {"recorded": 0, "advanced": 0})
        known[f"followups_in_step@{step}"] = row["recorded"]
        known[f"followup_advanced_in_step@{step}"] = row["advanced"] > 0
    return known


def _has_next_action(opportunity: Opportunity) -> bool:
    waiting = NextAction.objects.waiting().about(opportunity)
    return waiting.filter(owner__isnull=False, due_on__isnull=False).exists()
