"""What the review tells the gate of step 8."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.reviews.models import Contribution
from tuoke.steps.reviews.queries import functions_of, heard, people_of, review_of
from tuoke.steps.reviews.rules import ReviewState, missing_functions

KINDS = frozenset({"review_held", "review_reported"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """Held: there was a meeting, and every department that worked on the deal has said its part or why it has none.
    Reported: the report is final, which asks for improvements with an owner and a day. Up to four queries."""
    review = review_of(deal)
    if review is None or review.standing is ReviewState.OPEN:
        return {"review_held": False, "review_reported": False}
    parts = Contribution.objects.asked().filter(review=review)
    said = heard(parts, owner=deal.owner, summary=review.summary)
    missing = missing_functions(functions_of(people_of(deal)), heard=said)
    return {"review_held": not missing, "review_reported": review.is_final}
