"""What a market analysis tells step 1's gate, about a campaign."""

from __future__ import annotations

from tuoke.base.kernel.verdict import Reason
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.playbook.queries import NoPlaybook
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.targeting.facts import step_doc
from tuoke.steps.targeting.markets.models import MarketAnalysis
from tuoke.steps.targeting.markets.queries import counts_of
from tuoke.steps.targeting.markets.rules import analysed, missing


def facts_of(campaign: Campaign) -> Facts:
    """``market_analysed``: how many competitors the analysis describes; 0 without size, growth or an unmet need.

    ``review_dates_set``: somebody will look at it again.
    """
    analysis = MarketAnalysis.objects.filter(campaign=campaign).first()
    counts = counts_of(analysis) if analysis else {}
    return {
        "market_analysed": analysed(counts),
        "review_dates_set": analysis is not None and analysis.review_by is not None,
    }


def competitors_wanted() -> int:
    """How many competitors the published playbook asks for; 1 where it doesn't ask."""
    try:
        criteria = step_doc().criteria
    except NoPlaybook:
        return 1
    asked = [int(c.params["at_least"]) for c in criteria if c.kind == "market_analysed"]
    return max(asked, default=1)


def missing_of(campaign: Campaign, *, competitors: int) -> tuple[Reason, ...]:
    """What the analysis lacks for a gate that wants so many competitors; see ``rules.missing``. Words: ``words.right``."""
    analysis = MarketAnalysis.objects.filter(campaign=campaign).first()
    return missing(counts_of(analysis) if analysis else {}, competitors=competitors)
