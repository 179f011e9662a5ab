"""What waits for a person today, and where something is found. Reads only; practice is never in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Sum
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries import findable, review_count
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import NextAction, NextActionQuerySet
from tuoke.steps.leads.queries import Dues, Gone, due_today, recently_recycled, recycled_soon
from tuoke.steps.targeting.goals.queries import Headline, headline
from tuoke.steps.targeting.markets.queries import due_reviews as market_reviews
from tuoke.steps.targeting.queries import due_reviews as profile_reviews
from tuoke.steps.targeting.resources.queries import waiting_for
from tuoke.steps.targeting.rules import ProfileContent

COMING_DAYS = 7
MOST = 30
FEW = 8
POOL_COUNTED = 99
LEAST_QUERY = 2
HIGH_POTENTIAL = ProfileContent().threshold

Row = TypeVar("Row", bound=Model)


class Whose(StrEnum):
    MINE = "mine"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Some(Generic[Row]):
    """The first of some rows, and whether there are more."""

    rows: list[Row]
    more: bool = False

    @property
    def count(self) -> int:
        """As many as are known; the template says 30+ where there are more."""
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


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
    def is_empty(self) -> bool:
        return not any((self.overdue, self.today, self.coming, self.undated, self.without_next, self.untouched))


@dataclass(frozen=True, slots=True)
class Desk:
    """What else waits for oneself: parties by cadence and pool, decisions, reviews (S2.5, S2.6, S1.5, S1.1, S1.2)."""

    month: Headline | None = None
    due: Dues = field(default_factory=Dues)
    leaving: Dues = field(default_factory=Dues)
    gone: Sequence[Gone] = ()
    requests: int = 0
    pairs: int = 0
    reviews: Sequence[ToReview] = ()

    @property
    def has_duties(self) -> bool:
        return bool(self.requests or self.pairs or self.reviews)


@dataclass(frozen=True, slots=True)
class ToReview:
    title: StrOrPromise
    url: str
    review_by: date


def desk_of(who: Principal, *, today: date, now: datetime, whose: Whose) -> Desk:
    """The cadence and the decisions are always one's own; the month is the team's where the team is looked at."""
    month = headline(who, today, mine=whose is Whose.MINE)
    if whose is Whose.TEAM:
        return Desk(month=month)
    return Desk(
        month=month,
        due=due_today(who, today, limit=FEW),
        leaving=recycled_soon(who, today, limit=FEW),
        gone=recently_recycled(who, now, limit=FEW),
        requests=waiting_for(who),
        pairs=review_count(who),
        reviews=_reviews(who, today),
    )


def _reviews(who: Principal, today: date) -> list[ToReview]:
    profiles = [due for due in profile_reviews(who, today) if due.owner_id == who.user_id]
    found = [ToReview(due.title, due.url, due.review_by) for due in profiles]
    for analysis in market_reviews(who, today):
        if analysis.review_by is not None:
            found.append(ToReview(analysis.campaign.name, analysis.get_absolute_url(), analysis.review_by))
    return found[:FEW]


def may_see_team(who: Principal) -> bool:
    return who.scope_of(Permission.DEAL_READ) > Scope.SELF


def agenda_of(who: Principal, *, today: date, whose: Whose) -> Agenda:
    """Everything that the page shows, in a number of queries that doesn't grow with the rows."""
    waiting = _waiting(who, whose)
    deals, leads = _deals(who, whose), _leads(who, whose)
    last = today + timedelta(days=COMING_DAYS)
    signed = _signed(deals, today=today)
    agenda = Agenda(
        overdue=_some(waiting.filter(due_on__lt=today)),
        today=_some(waiting.filter(due_on=today)),
        coming=_some(waiting.filter(due_on__gt=today, due_on__lte=last)),
        undated=_some(waiting.filter(due_on=None), limit=FEW),
        without_next=_some(_without_next(deals, today=today), limit=FEW),
        untouched=_some(_untouched(leads, today=today), limit=FEW),
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


def _some(rows: QuerySet[Row], *, limit: int = MOST) -> Some[Row]:
    found = list(rows[: limit + 1])
    return Some(found[:limit], more=len(found) > limit)


# Search


@dataclass(frozen=True, slots=True)
class Found:
    customers: Some[Customer]
    contacts: Some[Contact]
    leads: Some[Lead]
    deals: Some[Opportunity]

    def __bool__(self) -> bool:
        return any((self.customers, self.contacts, self.leads, self.deals))


def search(who: Principal, query: str) -> Found:
    """The newest few of each kind that match and that ``who`` may see. The query has two characters or more."""
    customers = Customer.objects.visible_to(who).select_related("owner")
    contacts = Contact.objects.visible_to(who).select_related("customer")
    leads = Lead.objects.visible_to(who).filter(findable(query, who=who)).select_related("owner")
    deals = Opportunity.objects.visible_to(who).select_related("customer", "owner")
    return Found(
        customers=_some(narrowed(customers.order_by("-id"), "customer", query), limit=FEW),
        contacts=_some(narrowed(contacts.order_by("-id"), "contact", query), limit=FEW),
        leads=_some(narrowed(leads.order_by("-id"), "lead", query), limit=FEW),
        deals=_some(narrowed(deals.order_by("-id"), "opportunity", query), limit=FEW),
    )
