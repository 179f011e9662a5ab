"""One's own work of the day, or the team's. Reads only; practice is never in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.insight.queries.some import FEW, Some, some
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import waiting_for
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import NextAction, NextActionQuerySet
from tuoke.steps.targeting.goals.queries import Headline, headline
from tuoke.steps.targeting.rules import ProfileContent

COMING_DAYS = 7
COMING_MOST = 15
POOL_COUNTED = 99
HIGH_POTENTIAL = ProfileContent().threshold


class Whose(StrEnum):
    MINE = "mine"
    TEAM = "team"


def _nothing() -> Some[Any]:
    return Some([])


@dataclass(frozen=True, slots=True)
class Agenda:
    """今日, what is seen first: one's own next actions or the team's, and the figures above them."""

    overdue: Some[NextAction]
    today: Some[NextAction]
    coming: Some[NextAction]
    undated: Some[NextAction]
    without_next: Some[Opportunity] = field(default_factory=_nothing)
    signed_amount: Decimal = Decimal(0)
    signed_count: int = 0
    month: Headline | None = None
    is_newcomer: bool = False
    in_pool: int = 0

    @property
    def actions(self) -> list[NextAction]:
        """Every next action that is shown."""
        return [action for some in (self.overdue, self.today, self.coming, self.undated) for action in some.rows]


@dataclass(frozen=True, slots=True)
class Untended:
    """Whom nobody does anything about: deals without a next step, good leads that nobody has called, good ones to claim."""

    deals: Some[Opportunity] = field(default_factory=_nothing)
    leads: Some[Lead] = field(default_factory=_nothing)
    in_pool: int = 0

    def __bool__(self) -> bool:
        return bool(self.deals or self.leads or self.in_pool)


def may_see_team(who: Principal) -> bool:
    return who.scope_of(Permission.DEAL_READ) > Scope.SELF


def has_work(who: Principal) -> bool:
    """Whether anything is his own: who has nothing looks at what his people do."""
    return any(
        found.exists() for found in (_waiting(who, Whose.MINE), _deals(who, Whose.MINE), _leads(who, Whose.MINE))
    )


def agenda_of(who: Principal, *, today: date, whose: Whose) -> Agenda:
    """What the page shows at once, in a number of queries that doesn't grow with the rows; ``in_pool`` for newcomers only."""
    waiting, deals = _waiting(who, whose), _deals(who, whose)
    last = today + timedelta(days=COMING_DAYS)
    groups = (
        some(waiting.filter(due_on__lt=today)),
        some(waiting.filter(due_on=today)),
        some(waiting.filter(due_on__gt=today, due_on__lte=last), limit=COMING_MOST),
        some(waiting.filter(due_on=None), limit=FEW),
    )
    if not any(groups) and not deals.exists() and not _leads(who, whose).exists():
        return Agenda(*groups, is_newcomer=True, in_pool=_in_pool(who))
    signed = _signed(deals, today=today)
    return Agenda(
        *groups,
        without_next=some(_without_next(deals, today=today), limit=FEW),
        signed_amount=signed["amount"] or Decimal(0),
        signed_count=signed["count"],
        month=headline(who, today, mine=whose is Whose.MINE),
    )


def untended_of(who: Principal, *, today: date, whose: Whose) -> Untended:
    return Untended(
        deals=some(_without_next(_deals(who, whose), today=today), limit=FEW),
        leads=some(_untouched(_leads(who, whose), today=today), limit=FEW),
        in_pool=_in_pool(who),
    )


def to_approve(who: Principal) -> Some[Request]:
    """It stands there whoever's day is looked at: it runs out."""
    return some(waiting_for(who), limit=FEW)


def _waiting(who: Principal, whose: Whose) -> NextActionQuerySet:
    every = NextAction.objects.waiting().real()
    waiting = every.of(who) if whose is Whose.MINE else every.visible_to(who)
    ordered = waiting.order_by("due_on", F("due_time").asc(nulls_last=True), "id")
    return ordered.select_related("opportunity__customer", "customer", "lead", "owner")


def _deals(who: Principal, whose: Whose) -> QuerySet[Opportunity]:
    deals = Opportunity.objects.visible_to(who).real()
    return deals.filter(owner_id=who.user_id) if whose is Whose.MINE else deals


def _leads(who: Principal, whose: Whose) -> QuerySet[Lead]:
    leads = Lead.objects.visible_to(who).real().filter(status=LeadStatus.OPEN, owner__isnull=False)
    return leads.filter(owner_id=who.user_id) if whose is Whose.MINE else leads


def _without_next(deals: QuerySet[Opportunity], *, today: date) -> QuerySet[Opportunity]:
    """Running deals that nobody does anything about by a certain day (F2); paused ones rest until their day."""
    planned = NextAction.objects.waiting().filter(opportunity=OuterRef("pk"), owner__isnull=False, due_on__isnull=False)
    awake = Q(outcome=Outcome.OPEN) | Q(outcome=Outcome.PAUSED, paused_until__lte=today)
    found = deals.filter(awake, ~Exists(planned)).select_related("customer", "owner")
    return found.order_by(F("amount").desc(nulls_last=True), "id")


def _untouched(leads: QuerySet[Lead], *, today: date) -> QuerySet[Lead]:
    """High potential, and nobody has spoken to them nor plans to; those that are due by cadence stand there."""
    planned = NextAction.objects.waiting().filter(lead=OuterRef("pk"))
    found = leads.filter(~Exists(planned), score__gte=HIGH_POTENTIAL, last_touch_at=None)
    found = found.filter(Q(due_on=None) | Q(due_on__gt=today))
    return found.select_related("owner").order_by("-score", "-id")


def _in_pool(who: Principal) -> int:
    """High potential in the pool that one could claim; counted no further than is said."""
    if not who.may(Permission.LEAD_WRITE):
        return 0
    found = Lead.objects.visible_to(who).in_pool().real().filter(score__gte=HIGH_POTENTIAL)
    return len(found.values_list("pk")[: POOL_COUNTED + 1])


def _signed(deals: QuerySet[Opportunity], *, today: date) -> Mapping[str, Any]:
    """Won in this month, by the day on which they were won (P2a)."""
    first = today.replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    won = deals.filter(outcome=Outcome.WON, outcome_on__gte=first, outcome_on__lt=next_month)
    return won.order_by().aggregate(amount=Sum("amount"), count=Count("pk"))
