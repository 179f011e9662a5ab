"""What calls tell the gates of a deal."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from tuoke.services.calendar.queries import workdays
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.playbook.rules import Facts, StepKey
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.rules import UNANSWERED, Reached

KINDS = frozenset({"first_contact_recorded", "first_contact_days"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """Is 业务现状, 初步需求 and 后续意向 noted in the calls of this deal, its lead or its customer; and how many working
    days it took from the deal's opening to the first contact in this step (None: there was none). Three queries."""
    return {
        "first_contact_recorded": _is_recorded(opportunity),
        "first_contact_days": _days(opportunity),
    }


def _is_recorded(deal: Opportunity) -> bool:
    about = Q(follow_up__opportunity=deal) | Q(follow_up__customer_id=deal.customer_id)
    if deal.lead_id is not None:
        about |= Q(follow_up__lead_id=deal.lead_id)
    planned = NextAction.objects.filter(follow_up=OuterRef("follow_up"))
    noted = Call.objects.filter(about, reached=Reached.REACHED).aggregate(
        status=Count("pk", filter=~Q(current_solution="") | ~Q(pains="")),
        need=Count("pk", filter=~Q(problem="") | ~Q(time_frame="")),
        intention=Count("pk", filter=~Q(material="") | Q(Exists(planned))),
    )
    return all(noted.values())


def _days(deal: Opportunity) -> int | None:
    """Attempts that reached nobody are no contact."""
    spoken = FollowUp.objects.about(deal).filter(step=StepKey.OUTREACH).exclude(call__reached__in=UNANSWERED)
    first = spoken.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return None
    opened = timezone.localdate(deal.created_at)
    return max(0, workdays().between(opened, timezone.localdate(first)))
