"""Leads weighed by the profiles of today (S2.4, S2.5): one definition for a page and for a million rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads.rules import LeadDraft, LeadFacts, Score, Scorer, tier_of
from tuoke.steps.targeting.queries import chooser, content_of
from tuoke.steps.targeting.rules import ProfileContent


@dataclass(frozen=True, slots=True)
class Weighed:
    """A score with the tier that follows from it, and what is kept of both."""

    score: Score
    tier: Tier | None
    detail: Mapping[str, Any]

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "score": self.score.total,
            "score_max": self.score.reachable,
            "score_detail": self.detail,
            "tier": self.tier.value if self.tier else "",
        }


class Profiles:
    """The profiles of today, each made ready for many leads. Read once: two queries. Keep it for a whole run."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._choose = chooser()
        self._scorers: dict[int | None, Scorer] = {}
        self._details: dict[tuple[int | None, int], tuple[Score, dict[str, Any]]] = {}

    def weigh(self, lead: Lead | LeadDraft) -> Weighed:
        profile = self._choose(lead.market, lead.campaign_id)
        number = profile.pk if profile else None
        scorer = self._scorers.get(number)
        if scorer is None:
            content = content_of(profile) if profile else ProfileContent()
            scorer = self._scorers[number] = Scorer(content, self.today)
        facts = facts_for_score(lead)
        score = scorer.score(facts)
        detail = self._detail(number, score, {"profile": number, "number": profile.number if profile else None})
        return Weighed(score, tier_of(score, facts, scorer.profile, self.today), detail)

    def _detail(self, profile: int | None, score: Score, origin: dict[str, Any]) -> dict[str, Any]:
        known = self._details.get((profile, id(score)))
        if known is not None and known[0] is score:
            return known[1]
        made = origin | {"dimensions": [_plain(dimension) for dimension in score.dimensions]}
        self._details[profile, id(score)] = (score, made)
        return made


def facts_for_score(lead: Lead | LeadDraft) -> LeadFacts:
    situation = ""
    if lead.market == "toc":
        situation = " ".join((lead.region, lead.position, *map(str, lead.attributes.values())))
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
        situation=situation,
    )


RESCORING = "tuoke.steps.leads.jobs.rescore_open_leads"
"""The path of the task that weighs leads anew (``jobs``)."""


def is_rescoring() -> bool:
    """Is a rescoring waiting or under way? Then scores on the screen may change in a moment (S2.4)."""
    underway = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(task_path=RESCORING, status__in=underway).exists()


def _plain(dimension: Any) -> dict[str, Any]:
    return {
        "key": dimension.key.value,
        "points": str(dimension.points),
        "reachable": str(dimension.reachable),
        "weight": str(dimension.weight),
        "rule": dimension.rule,
        "params": {name: _plain_value(value) for name, value in dimension.params.items()},
        "missing": list(dimension.missing),
    }


def _plain_value(value: object) -> object:
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)
