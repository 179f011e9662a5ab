"""Purchase criteria and how the customer buys."""

from __future__ import annotations

from dataclasses import dataclass

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, PurchaseProcess
from tuoke.steps.discovery.decisions.rules import FACTORS_ASKED, FULL


@dataclass(frozen=True, slots=True)
class Criteria:
    """What the customer chooses by, in his order."""

    listed: list[PurchaseCriterion]
    withdrawn: list[PurchaseCriterion]

    @property
    def total(self) -> int:
        return sum(criterion.weight or 0 for criterion in self.listed)

    @property
    def unweighted(self) -> int:
        return sum(criterion.weight is None for criterion in self.listed)

    @property
    def makes_100(self) -> bool:
        return self.total == FULL and not self.unweighted

    @property
    def can_be_split(self) -> bool:
        return 0 < self.unweighted <= FULL - self.total

    @property
    def lacking(self) -> int:
        """How many of the three factors that are asked for are missing."""
        return max(0, FACTORS_ASKED - len(self.listed))


def criteria_of(who: Principal, deal: Opportunity) -> Criteria:
    found = PurchaseCriterion.objects.visible_to(who).filter(opportunity=deal)
    rows = list(found.select_related("contact", "competitor"))
    return Criteria([c for c in rows if c.withdrawn_at is None], [c for c in rows if c.withdrawn_at])


def process_of(who: Principal, deal: Opportunity) -> PurchaseProcess | None:
    return PurchaseProcess.objects.visible_to(who).filter(opportunity=deal).first()
