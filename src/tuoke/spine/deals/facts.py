"""What a deal and its customer's people say about the exit criteria; the steps above add what they know."""

from __future__ import annotations

from django.utils import timezone

from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.rules import Facts

KINDS = frozenset(
    {
        "amount_known",
        "close_date_known",
        "budget_known",
        "contact_reachable",
        "decision_maker_known",
        "decision_maker_contacted",
        "co_owner_set",
        "outcome_won",
    }
)
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """The deal's own facts by kind (``playbook.rules.fact_key``). Three queries, or two where the customer is at hand.

    A private customer is his own decision maker: he is known, and contacted once anybody was in touch with him.
    """
    customer = deal.customer
    people = list(Contact.objects.filter(customer_id=deal.customer_id))
    deciders = [person for person in people if person.role == DecisionRole.DECIDER]
    is_person = deal.market == Market.TOC
    touched = any(person.contacted_on for person in people) or deal.last_touch_at is not None
    return {
        "amount_known": deal.amount is not None,
        "close_date_known": deal.expected_close_on is not None,
        "budget_known": deal.budget_low is not None or deal.budget_high is not None,
        "contact_reachable": bool(customer.phone) or any(p.phone or p.email or p.wechat for p in people),
        "decision_maker_known": is_person or bool(deciders),
        "decision_maker_contacted": touched if is_person else any(person.contacted_on for person in deciders),
        "co_owner_set": Membership.objects.agreed(timezone.localdate()).filter(opportunity=deal).exists(),
        "outcome_won": deal.outcome == Outcome.WON,
    }
