"""What interviews tell the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.discovery.interviews.models import Answer


def facts_of(opportunity: Opportunity) -> Facts:
    """``dimensions_covered``: in how many of the five dimensions the customer has answered something. One query."""
    answers = Answer.objects.standing().filter(question__outline__opportunity=opportunity)
    return {"dimensions_covered": answers.order_by().values("dimension").distinct().count()}
