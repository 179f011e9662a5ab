"""What interviews tell the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.discovery.interviews.models import Answer

KINDS = frozenset({"dimensions_covered"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """``dimensions_covered``: in how many of the five dimensions the customer has answered something. One query."""
    answers = Answer.objects.standing().filter(question__outline__opportunity=opportunity)
    return {"dimensions_covered": answers.order_by().values("dimension").distinct().count()}
