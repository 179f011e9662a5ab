"""The facts of a deal from which its objections are predicted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.rules import industry_of
from tuoke.steps.discovery.decisions.queries import people_as_seen
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.objections import hooks
from tuoke.steps.proposals.objections.rules import DealFacts, Prediction, predict

NEEDS_READ = 100


def predicted(deal: Opportunity, *, today: date) -> tuple[Prediction, ...]:
    """What is to be expected as things stand: reckoned anew each time it is asked."""
    return predict(facts_for(deal, today=today))


def facts_for(deal: Opportunity, *, today: date) -> DealFacts:
    """A constant number of queries. Needs ``deal.customer``."""
    is_person = deal.market == Market.TOC
    people = () if is_person else people_as_seen(deal)
    deciders = [person for person in people if person.role is DecisionRole.DECIDER]
    needs = Need.objects.listed().filter(opportunity=deal).order_by("id").values_list("description", flat=True)
    return DealFacts(
        today=today,
        price=_price(deal),
        budget_high=deal.budget_high if deal.budget_high is not None else deal.budget_low,
        close_on=deal.expected_close_on,
        industry=industry_of(deal.customer.industry),
        scale=deal.scale,
        motion=deal.motion,
        is_complex=deal.is_complex,
        needs=tuple(needs[:NEEDS_READ]),
        rivals=tuple(rival for told in hooks.rivals_of for rival in told(deal)),
        has_decider=bool(deciders),
        decider_met=any(person.last_met_on for person in deciders),
        against=tuple(person.name for person in people if person.is_against),
        asks_for_people=not is_person,
    )


def _price(deal: Opportunity) -> Decimal | None:
    offered = next((price for told in hooks.price_of if (price := told(deal)) is not None), None)
    return deal.amount if offered is None else offered
