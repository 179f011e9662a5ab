"""When parties are due and when they go back, by the rules that hold now (S2.5, S2.6)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from tuoke.services.calendar.queries import workdays
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.models import PoolRules
from tuoke.steps.leads.rules.cadence import NEVER, Cadence, Dates
from tuoke.steps.leads.rules.pool import PoolPolicy, policy_of

Columns = dict[str, date | None]


def pool_policy() -> PoolPolicy:
    """The rules as they stand: one query."""
    row = PoolRules.objects.filter(pk=1).values_list("content", flat=True).first()
    return policy_of(row) if row is not None else PoolPolicy()


def pool_rules_lag() -> bool:
    """Are there dates still by rules, or a calendar, of before? Also where none were ever worked out."""
    return not PoolRules.objects.filter(pk=1, applied=F("version")).exists()


def clock() -> Clock:
    """The clock of now: two small queries. Keep it for a whole run."""
    return Clock(pool_policy(), workdays())


class Clock:
    """``due_on`` and ``recycle_on`` of parties. Asks nothing of the database once it is made."""

    def __init__(self, policy: PoolPolicy, calendar: Workdays) -> None:
        self.cadence = Cadence(policy, calendar)
        self._days: dict[datetime, date] = {}

    def columns(
        self,
        *,
        tier: str,
        owner_id: int | None,
        owned_since: datetime | None,
        last_touch_at: datetime | None,
        created_at: datetime | None = None,
    ) -> Columns:
        """Counted from the last contact or from when the present owner got it, whichever is later; where neither is
        known, from when it was written down. In the pool nothing is due."""
        if owner_id is None:
            return _columns(NEVER)
        since = self._since(owned_since, last_touch_at, created_at)
        return _columns(self.cadence.dates(tier, since))

    def of(self, party: Lead | Customer) -> Columns:
        """As ``columns``, of a record as it stands in memory. What is closed, merged or practice is never due."""
        if party.is_practice or party.merged_into_id is not None:
            return _columns(NEVER)
        if isinstance(party, Lead) and party.status != LeadStatus.OPEN:
            return _columns(NEVER)
        return self.columns(
            tier=party.tier,
            owner_id=party.owner_id,
            owned_since=party.owned_since,
            last_touch_at=party.last_touch_at,
            created_at=party.created_at,
        )

    def put(self, party: Lead | Customer) -> None:
        """Set the columns of the record in memory (unsaved)."""
        dates = self.of(party)
        party.due_on, party.recycle_on = dates["due_on"], dates["recycle_on"]

    def _since(self, *moments: datetime | None) -> date | None:
        owned_since, last_touch_at, created_at = moments
        known = [moment for moment in (owned_since, last_touch_at) if moment is not None]
        moment = max(known) if known else created_at
        return None if moment is None else self._day(moment)

    def _day(self, moment: datetime) -> date:
        known = self._days.get(moment)
        if known is None:
            if len(self._days) > 10_000:
                self._days.clear()
            known = self._days[moment] = timezone.localdate(moment)
        return known


def dates_of(party: Lead | Customer) -> Columns:
    """Wired into ``customers.hooks.dates_of``: for verbs below that change one party."""
    return clock().of(party)


def start_of(day: date) -> datetime:
    """Midnight here."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def end_of(day: date) -> datetime:
    """The midnight after the day."""
    return start_of(day + timedelta(days=1)) if day < date.max else start_of(day)


def _columns(dates: Dates) -> Columns:
    return {"due_on": dates.due_on, "recycle_on": dates.recycle_on}
