"""What 今日 says of cadence and pool: who is due, what goes back soon, what has just gone back (S2.5, S2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.calendar.queries import workdays
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.customers.models import Customer, Holding, Lead
from tuoke.spine.customers.queries import name_of
from tuoke.spine.customers.rules import Handling
from tuoke.steps.leads.queries.cadence import pool_policy
from tuoke.steps.leads.queries.pool import Party, customers_held, leads_held, protected

MOST = 30
TOLD_DAYS = 7
"""For so many days one is told what was taken back."""
_UNSHOWN = ("search_text", "attributes", "note")


@dataclass(frozen=True, slots=True)
class Due:
    """A party of one's own and its day. ``silent``: working days since the clock began; ``days``: working days until
    ``on`` (negative: so long past)."""

    party: Party
    name: str
    url: str
    tier: str
    on: date
    days: int
    silent: int

    @property
    def kind(self) -> str:
        return "lead" if isinstance(self.party, Lead) else "customer"


@dataclass(frozen=True, slots=True)
class Dues:
    rows: tuple[Due, ...] = ()
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Gone:
    """What was taken from one, and why. ``url`` is empty where he may not look at it any more."""

    name: str
    url: str
    at: datetime
    reason: str


def due_today(who: Principal, today: date, *, limit: int = MOST) -> Dues:
    """该联系了: one's own leads and customers whose cadence has come, the longest overdue first. Three queries."""
    if not _sells(who):
        return Dues()
    held = (leads_held(), customers_held())
    return _dues(held, who, today, "due_on", until=today, calendar=workdays(), limit=limit)


def recycled_soon(who: Principal, today: date, *, limit: int = MOST) -> Dues:
    """即将收回公海: one's own that go back within the days of warning unless somebody speaks to them. Four queries."""
    if not _sells(who):
        return Dues()
    policy, calendar = pool_policy(), workdays()
    until = calendar.add(today, policy.warn_days) if policy.warn_days else today
    leads = leads_held().exclude(protected(policy, Lead, today))
    customers = customers_held().exclude(protected(policy, Customer, today))
    held = (leads, customers if policy.recycles_customers else customers.none())
    return _dues(held, who, today, "recycle_on", until=until, calendar=calendar, limit=limit)


def recently_recycled(who: Principal, now: datetime, *, limit: int = MOST) -> list[Gone]:
    """What was taken back from this person in the last days, newest first. One query."""
    if not _sells(who):
        return []
    since = now - timedelta(days=TOLD_DAYS)
    entries = Holding.objects.filter(before_id=who.user_id, how=Handling.RECYCLED, at__gte=since)
    entries = entries.select_related("lead", "customer").order_by("-at", "-id")[:limit]
    return [_gone(entry, who) for entry in entries]


def _sells(who: Principal) -> bool:
    return who.user_id is not None and who.may(Permission.LEAD_WRITE)


def _dues(
    held: tuple[QuerySet[Lead], QuerySet[Customer]],
    who: Principal,
    today: date,
    column: str,
    *,
    until: date,
    calendar: Workdays,
    limit: int,
) -> Dues:
    found: list[Party] = []
    for rows in held:
        mine = rows.filter(owner_id=who.user_id, **{f"{column}__lte": until}).defer(*_UNSHOWN)
        found += mine.order_by(column, "id")[: limit + 1]
    found.sort(key=lambda party: (getattr(party, column), party.pk))
    shown = tuple(
        Due(
            party=party,
            name=name_of(party, who=who) if isinstance(party, Lead) else party.name,
            url=party.get_absolute_url(),
            tier=party.tier,
            on=getattr(party, column),
            days=calendar.between(today, getattr(party, column)),
            silent=calendar.between(_since(party), today),
        )
        for party in found[:limit]
    )
    return Dues(shown, more=len(found) > limit)


def _since(party: Party) -> date:
    known = [moment for moment in (party.owned_since, party.last_touch_at) if moment is not None]
    return timezone.localdate(max(known, default=party.created_at))


def _gone(entry: Holding, who: Principal) -> Gone:
    lead = entry.lead
    if lead is not None:
        return Gone(
            name_of(lead, who=who), lead.get_absolute_url() if lead.owner_id is None else "", entry.at, entry.reason
        )
    return Gone(entry.customer.name if entry.customer else "", "", entry.at, entry.reason)
