from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import STATUS_NAMES, TIER_NAMES, Lead
from tuoke.spine.customers.paging import Sort
from tuoke.spine.customers.queries import Hit, duplicates_of_lead, name_of, reach_of
from tuoke.spine.customers.rules import LeadStatus, Tier, said_month, said_phone, said_span, said_yuan
from tuoke.spine.playbook.queries import current_version, ticks_of
from tuoke.spine.playbook.rules import (
    Judgement,
    StepDoc,
    StepKey,
    judge,
    resolve,
    variant_for,
)
from tuoke.steps.leads.rules import TOP, LeadDraft, LeadFacts, Score, Scorer, tier_of
from tuoke.steps.targeting.queries import chooser, content_of
from tuoke.steps.targeting.rules import ProfileContent


def _score(said: str) -> Decimal:
    value = Decimal(said)
    if not 0 <= value <= TOP:
        raise ValueError(said)
    return value


SORTS: Mapping[str, Sort] = {
    "": Sort("id", is_descending=True),
    "-score": Sort("score", is_descending=True, parse=_score),
    "score": Sort("score", parse=_score),
    "purchase_on": Sort("purchase_on", parse=date.fromisoformat),
    "-purchase_on": Sort("purchase_on", is_descending=True, parse=date.fromisoformat),
}
"""By the name in the address; the usual one is newest first."""
COUNTED = 100  # a counter beyond this says 99+


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


_DRAFT_FIELDS = tuple(field.name for field in fields(LeadDraft))


def draft_of(lead: Lead) -> LeadDraft:
    """The lead as a draft: what an edit or an import starts from."""
    return LeadDraft(**{name: getattr(lead, name) for name in _DRAFT_FIELDS})


def step_for(segment: Segment, *, is_complex: bool = False) -> StepDoc | None:
    """Step 2 as this customer type runs it by the published playbook; None where the type leaves it out."""
    doc = current_version().document()
    process = resolve(doc, variant_for(doc, segment, is_complex=is_complex))
    return process.step(StepKey.LEADS) if StepKey.LEADS in process else None


def judgement_of(
    lead: Lead, facts: Mapping[str, Any], *, segment: Segment, is_complex: bool = False, waived: Any = ()
) -> Judgement:
    """The gate between lead and deal, judged by the published playbook. ``facts`` come from ``facts.facts_of``."""
    step = step_for(segment, is_complex=is_complex)
    return judge(step.criteria if step else (), facts, ticked=set(ticks_of(lead)), waived=set(waived))


def unsettled(lead: Lead, *, who: Principal) -> list[Hit]:
    """撞单: exact look-alikes that nobody has told apart yet. A customer of one's own is no obstacle but the goal."""
    return [hit for hit in duplicates_of_lead(lead, who=who) if hit.is_exact and not _is_own_customer(hit, lead)]


@dataclass(frozen=True, slots=True)
class Counters:
    """How many, each up to ``COUNTED``."""

    mine: int
    pool: int
    high_potential: int


def counters(who: Principal) -> Counters:
    """Open leads of one's own, of the pool, and one's own with a tier. Three bounded counts."""
    seen = Lead.objects.visible_to(who).real().filter(status=LeadStatus.OPEN)
    mine = seen.filter(owner_id=who.user_id) if who.user_id else seen.none()
    return Counters(
        mine=_counted(mine),
        pool=_counted(seen.filter(owner=None)),
        high_potential=_counted(mine.exclude(tier="")),
    )


RESCORING = "tuoke.steps.leads.jobs.rescore_open_leads"
"""The path of the task that weighs leads anew (``jobs``)."""


def is_rescoring() -> bool:
    """Is a rescoring waiting or under way? Then scores on the screen may change in a moment (S2.4)."""
    underway = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(task_path=RESCORING, status__in=underway).exists()


class Corner(StrEnum):
    """Which part of the leads is looked at."""

    MINE = "mine"
    TEAM = "team"
    POOL = "pool"
    ALL = "all"


def corners_of(who: Principal) -> tuple[Corner, ...]:
    """The parts that this person's rights open; the first is where he begins."""
    scope = who.scope_of(Permission.LEAD_READ)
    found = [Corner.MINE] if who.may(Permission.LEAD_WRITE) else []
    if Scope.SELF < scope < Scope.ALL:
        found.append(Corner.TEAM)
    if scope is Scope.ALL:
        found.append(Corner.ALL)
    if who.may(Permission.LEAD_WRITE) or scope is Scope.ALL:
        found.append(Corner.POOL)
    return tuple(found)


def leads_in(corner: Corner, *, who: Principal) -> QuerySet[Lead]:
    seen = Lead.objects.visible_to(who).real()
    match corner:
        case Corner.MINE:
            return seen.filter(owner_id=who.user_id)
        case Corner.TEAM:
            return seen.filter(owner__isnull=False)
        case Corner.POOL:
            return seen.filter(owner=None)
        case Corner.ALL:
            return seen


def for_list(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """What a row of the list shows, in one query."""
    return leads.select_related("owner", "source").defer(
        "search_text", "attributes", "note", "score_detail", "distinct_from"
    )


def _counted(leads: QuerySet[Lead]) -> int:
    return len(leads.order_by().values_list("pk", flat=True)[:COUNTED])


def _is_own_customer(hit: Hit, lead: Lead) -> bool:
    return hit.kind == "customer" and hit.owner_id in (None, lead.owner_id)


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


REGISTER = (
    "登记日期", "公司名称", "联系人", "职位", "电话", "线索来源", "来源明细", "行业", "规模", "预算", "预计采购时间",
    "得分", "跟进级别", "负责人", "状态",
)  # fmt: skip
"""Columns of 《线索来源登记表》 (S2.1). Chinese whatever the language of the screen: it is a document of the process."""
Cell = str | date | Decimal | None


def register_table(
    who: Principal, *, leads: QuerySet[Lead] | None = None
) -> tuple[Sequence[str], Iterator[tuple[Cell, ...]]]:
    """《线索来源登记表》: of these leads, which ``who`` may see, else of all that he may; newest first.

    Rows come as they are read. What is masked on his screen is masked here.
    """
    found = Lead.objects.visible_to(who).real() if leads is None else leads
    rows = found.select_related("source", "owner").defer("search_text", "attributes", "score_detail", "note")
    return REGISTER, (_register_row(lead, who) for lead in rows.order_by("-id").iterator(chunk_size=1000))


def _register_row(lead: Lead, who: Principal) -> tuple[Cell, ...]:
    reach = reach_of(lead, who=who)
    staff = said_span(lead.staff_low, lead.staff_high, str)
    return (
        timezone.localdate(lead.created_at),
        lead.company or name_of(lead, who=who),
        reach.contact,
        lead.position,
        reach.phone if reach.is_masked or not reach.phone else said_phone(reach.phone),
        lead.source.name if lead.source else "",
        lead.source_detail,
        lead.industry,
        f"{staff}人" if staff else "",
        said_span(lead.budget_low, lead.budget_high, said_yuan),
        said_month(lead.purchase_on) if lead.purchase_on else "",
        lead.score,
        str(TIER_NAMES[Tier(lead.tier)]) if lead.tier else "",
        lead.owner.name if lead.owner else "公海",
        str(STATUS_NAMES[LeadStatus(lead.status)]),
    )
