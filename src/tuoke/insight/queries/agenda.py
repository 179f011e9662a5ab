"""One's own work of the day, or the team's. Reads only; practice is never in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.insight.queries.some import FEW, Some, some
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import NextAction, NextActionQuerySet
from tuoke.steps.targeting.rules import ProfileContent

COMING_DAYS = 7
COMING_MOST = 15
POOL_COUNTED = 99
HIGH_POTENTIAL = ProfileContent().threshold


class Whose(StrEnum):
    MINE = "mine"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Agenda:
    """今日: one's own work, or the team's."""

    overdue: Some[NextAction]
    today: Some[NextAction]
    coming: Some[NextAction]
    undated: Some[NextAction]
    without_next: Some[Opportunity]
    untouched: Some[Lead]
    in_pool: int
    signed_amount: Decimal
    signed_count: int
    is_newcomer: bool = False

    @property
    def actions(self) -> list[NextAction]:
        """Every next action that is shown."""
        return [action for some in (self.overdue, self.today, self.coming, self.undated) for action in some.rows]

    @property
    def is_empty(self) -> bool:
        return not any((self.overdue, self.today, self.coming, self.undated, self.without_next, self.untouched))


def may_see_team(who: Principal) -> bool:
    return who.scope_of(Permission.DEAL_READ) > Scope.SELF


def agenda_of(who: Principal, *, today: date, whose: Whose) -> Agenda:
    """Everything that the page shows, in a number of queries that doesn't grow with the rows."""
    waiting = _waiting(who, whose)
    deals, leads = _deals(who, whose), _leads(who, whose)
    last = today + timedelta(days=COMING_DAYS)
    signed = _signed(deals, today=today)
    agenda = Agenda(
        overdue=some(waiting.filter(due_on__lt=today)),
        today=some(waiting.filter(due_on=today)),
        coming=some(waiting.filter(due_on__gt=today, due_on__lte=last), limit=COMING_MOST),
        undated=some(waiting.filter(due_on=None), limit=FEW),
        without_next=some(_without_next(deals, today=today), limit=FEW),
        untouched=some(_untouched(leads, today=today), limit=FEW),
        in_pool=_in_pool(who),
        signed_amount=signed["amount"] or Decimal(0),
        signed_count=signed["count"],
    )
    if agenda.is_empty and not deals.exists() and not leads.exists():
        return replace(agenda, is_newcomer=True)
    return agenda


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
