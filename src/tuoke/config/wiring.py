"""Every place where a lower package is handed something by a higher one: all of it, on one screen."""

from __future__ import annotations


def connect() -> None:
    """Fill the hooks. Called once when the applications are ready."""
    from tuoke.spine.customers import hooks as customers
    from tuoke.spine.deals import facts as deal_facts
    from tuoke.spine.deals import hooks as deal
    from tuoke.spine.deals import queries as deals

    customers.extra_visibility[:] = [deals.joined_customers]
    deal.fact_sources[:] = [deal_facts.facts_of]
