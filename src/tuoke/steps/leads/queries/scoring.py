"""Parties weighed by the profiles of today (S2.4, S2.5): one definition for a page and for a million rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads.rules import LeadDraft, LeadFacts, Score, Scorer, tier_of
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import chooser, content_of
from tuoke.steps.targeting.rules import ProfileContent


class Weighed(NamedTuple):
    """A score with the tier that follows from it by rule, and the profile's version that made both."""

    score: Score
    tier: Tier | None
    threshold: Decimal
    profile: int | None
    number: int | None

    @property
    def is_high(self) -> bool:
        """高潜力: the threshold is reached."""
        return self.score.total >= self.threshold


class Yardstick(NamedTuple):
    """A profile's version made ready for many leads; without a profile everything that is known fits."""

    scorer: Scorer
    profile: int | None = None
    number: int | None = None
    name: str = ""


class Profiles:
    """The profiles of today, each made ready for many leads. Two queries; ``renew`` asks again whether they changed."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._choose = chooser()
        self._versions: dict[tuple[int, int] | None, Yardstick] = {}
        self._chosen: dict[tuple[str, int | None], Yardstick] = {}

    def renew(self) -> None:
        """Profiles may have been saved since: what they say now counts from here on. Two queries."""
        self._choose = chooser()
        self._chosen.clear()

    def yardstick(self, market: str, campaign_id: int | None) -> Yardstick:
        found = self._chosen.get((market, campaign_id))
        if found is None:
            found = self._chosen[market, campaign_id] = self._version(self._choose(market, campaign_id))
        return found

    def weigh(self, lead: Lead | LeadDraft) -> Weighed:
        return self.weigh_facts(facts_for_score(lead), campaign_id=lead.campaign_id)

    def weigh_facts(self, facts: LeadFacts, *, campaign_id: int | None = None) -> Weighed:
        scorer, profile, number, _ = self.yardstick(facts.market, campaign_id)
        score = scorer.score(facts)
        tier = tier_of(score, facts, scorer.profile, self.today)
        return Weighed(score, tier, scorer.profile.threshold, profile, number)

    def _version(self, profile: CustomerProfile | None) -> Yardstick:
        if profile is None:
            return self._versions.setdefault(None, Yardstick(Scorer(ProfileContent(), self.today)))
        found = self._versions.get((profile.pk, profile.number))
        if found is None:
            scorer = Scorer(content_of(profile), self.today)
            found = Yardstick(scorer, profile.pk, profile.number, profile.name)
            self._versions[profile.pk, profile.number] = found
        return found


def facts_for_score(lead: Lead | LeadDraft) -> LeadFacts:
    """What a lead says of itself. A draft has nothing verified yet."""
    return LeadFacts(
        market=lead.market,
        industry=lead.industry,
        staff_low=lead.staff_low,
        staff_high=lead.staff_high,
        revenue_low=lead.revenue_low,
        revenue_high=lead.revenue_high,
        budget_low=lead.budget_low,
        budget_high=lead.budget_high,
        purchase_on=lead.purchase_on,
        decision_maker=lead.decision_maker,
        position=lead.position,
        has_contact=bool(lead.contact or lead.phone or lead.email or lead.wechat),
        want=lead.want,
        verified=lead.verified if isinstance(lead, Lead) else 0,
        situation=situation_of(lead.region, lead.position, lead.attributes) if lead.market == "toc" else "",
    )


def situation_of(region: str, position: str, attributes: object) -> str:
    """What is said about how a person lives (ToC)."""
    said = attributes.values() if isinstance(attributes, Mapping) else ()
    return " ".join((region, position, *map(str, said)))
