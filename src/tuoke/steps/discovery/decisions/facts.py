"""What decision chain, purchase criteria and known facts tell the gates of a deal."""

from __future__ import annotations

from tuoke.base.accounts.queries import principal_of
from tuoke.spine.catalog.rules import Market
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.discovery.decisions.models import PurchaseCriterion
from tuoke.steps.discovery.decisions.queries import (
    has_history,
    judged_in,
    known_from_before,
    people_as_seen,
    thought_of,
)
from tuoke.steps.discovery.decisions.rules import all_reviewed, is_whole

KINDS = frozenset({"decision_map_complete", "purchase_criteria", "known_facts_reviewed"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """The decision map is whole, how many purchase criteria there are, and what was known is looked at again.

    A private customer decides himself: nothing is asked of his map. What the deal's owner can't see of earlier deals
    isn't asked of him. Six queries, and seven more where there were deals before; never more with more rows.
    """
    is_person = deal.market == Market.TOC
    return {
        "decision_map_complete": is_person or is_whole(people_as_seen(deal), thought=thought_of(deal)),
        "purchase_criteria": PurchaseCriterion.objects.listed().filter(opportunity=deal).count(),
        "known_facts_reviewed": _reviewed(deal),
    }


def _reviewed(deal: Opportunity) -> bool:
    if not has_history(deal):
        return True
    items = known_from_before(principal_of(deal.owner), deal)
    return all_reviewed(items, judged_in(deal))
