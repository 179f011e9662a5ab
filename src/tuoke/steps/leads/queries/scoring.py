"""Parties weighed by the profiles of today (S2.4, S2.5): one definition for a page and for a million rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads.rules import LeadDraft, LeadFacts, Score, Scorer, tier_of
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import chooser, content_of
from tuoke.steps.targeting.rules import ProfileContent


@dataclass(frozen=True, slots=True)
class Weighed:
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


class Profiles:
    """The profiles of today, each made ready for many leads. Two queries; ``renew`` asks again whether they changed."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._choose: Callable[[str, int | None], CustomerProfile | None] = chooser()
        self._scorers: dict[tuple[int, int] | None, Scorer] = {}

    def renew(self) -> None:
        """Profiles may have been saved since: what they say now counts from here on. Two queries."""
        self._choose = chooser()

    def scorer_for(self, market: str, campaign_id: int | None) -> tuple[CustomerProfile | None, Scorer]:
        profile = self._choose(market, campaign_id)
        key = (profile.pk, profile.number) if profile else None
        scorer = self._scorers.get(key)
        if scorer is None:
            content = content_of(profile) if profile else ProfileContent()
            scorer = self._scorers[key] = Scorer(content, self.today)
        return profile, scorer

    def weigh(self, lead: Lead | LeadDraft) -> Weighed:
        return self.weigh_facts(facts_for_score(lead), campaign_id=lead.campaign_id)

    def weigh_facts(self, facts: LeadFacts, *, campaign_id: int | None = None) -> Weighed:
        profile, scorer = self.scorer_for(facts.market, campaign_id)
        score = scorer.score(facts)
        return Weighed(
            score=score,
            tier=tier_of(score, facts, scorer.profile, self.today),
            threshold=scorer.profile.threshold,
            profile=profile.pk if profile else None,
            number=profile.number if profile else None,
        )


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
