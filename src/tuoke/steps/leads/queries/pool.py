"""公海 (S2.6): what limits a person, read from the claim log; what the rules would take back; what waits to be claimed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.customers.models import Customer, Holding, Lead
from tuoke.spine.customers.rules import Handling, LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import RUNNING, Outcome
from tuoke.spine.followups.models import NextAction
from tuoke.steps.leads.queries.cadence import end_of, pool_policy, start_of
from tuoke.steps.leads.rules.cadence import Cadence
from tuoke.steps.leads.rules.pool import TIERS, Claimer, PoolPolicy, may_claim, names_of

Party = Lead | Customer
PURSUED = sorted({outcome.value for outcome in (*RUNNING, Outcome.WON)})


# What limits a person


def held_by(users: Collection[int], *, policy: PoolPolicy) -> dict[int, int]:
    """How much each holds, as the limit counts it: open leads, and customers as far as the rules say. Two queries."""
    counts = dict.fromkeys(users, 0)
    leads = Lead.objects.real().filter(owner_id__in=users, status=LeadStatus.OPEN)
    for owner, count in leads.order_by().values_list("owner_id").annotate(n=Count("pk")):
        counts[owner] += count
    if policy.counts_customers:
        customers = Customer.objects.real().filter(owner_id__in=users)
        if not policy.counts_pursued:
            customers = customers.filter(~pursued())
        for owner, count in customers.order_by().values_list("owner_id").annotate(n=Count("pk")):
            counts[owner] += count
    return counts


def room_of(user: User) -> Verdict:
    """May he be given one more? no(hands_full_of) with the figures. Lock his row to be sure."""
    policy = pool_policy()
    if policy.hold_limit is None:
        return YES
    held = held_by([user.pk], policy=policy)[user.pk]
    return YES if held < policy.hold_limit else no("hands_full_of", count=held, limit=policy.hold_limit, name=user.name)


def claimer_of(user_id: int, *, policy: PoolPolicy, now: datetime) -> Claimer:
    """What limits him, counted in the claim log and not in what he holds now: claiming, giving back and claiming again
    counts twice; somebody in between resets nothing. A constant number of queries."""
    today = timezone.localdate(now)
    claimed = Holding.objects.filter(user_id=user_id, how=Handling.CLAIMED, at__gte=start_of(today)).count()
    held = held_by([user_id], policy=policy)[user_id] if policy.hold_limit is not None else 0
    return Claimer(held, claimed, _lost(user_id, policy=policy, today=today))


def claim_verdict(party: Party, *, user_id: int, now: datetime) -> Verdict:
    """May this person claim this party of the pool now? Every reason, with its figures."""
    policy = pool_policy()
    claimer = claimer_of(user_id, policy=policy, now=now)
    return judged(policy, claimer, party, pooled_on=pooled_days([party])[party.pk], today=timezone.localdate(now))


def judged(policy: PoolPolicy, claimer: Claimer, party: Party, *, pooled_on: date, today: date) -> Verdict:
    return may_claim(policy, claimer, names=names_in_log(party), pooled_on=pooled_on, today=today)


def names_in_log(party: Party) -> tuple[str, ...]:
    """What the party goes by in the claim log: all leads of one company and its customer are one."""
    if isinstance(party, Lead):
        return names_of(kind="lead", pk=party.pk, party=party.party_key)
    return names_of(kind="customer", pk=party.pk, party=party.name_key)


def pooled_days(parties: Sequence[Party]) -> dict[int, date]:
    """Since when each waits in the pool: the log's last entry, else when it was written down. Of one kind."""
    if not parties:
        return {}
    column = "lead_id" if isinstance(parties[0], Lead) else "customer_id"
    entries = Holding.objects.filter(**{f"{column}__in": [party.pk for party in parties]}, user=None)
    entered = dict(entries.order_by().values_list(column).annotate(at=Max("at")))
    return {party.pk: timezone.localdate(entered.get(party.pk) or party.created_at) for party in parties}


def _lost(user_id: int, *, policy: PoolPolicy, today: date) -> Mapping[str, date]:
    """By what names a party: the last day within the cool-down on which he gave it up, or it was taken from him."""
    if not policy.cool_down_days:
        return {}
    since = start_of(today - timedelta(days=policy.cool_down_days))
    entries = Holding.objects.filter(before_id=user_id, at__gte=since).exclude(user_id=user_id).order_by("at")
    lost: dict[str, date] = {}
    columns = ("lead_id", "lead__party_key", "customer_id", "customer__name_key", "at")
    for lead, party_key, customer, name_key, at in entries.values_list(*columns):
        names = (
            names_of(kind="lead", pk=lead, party=party_key)
            if lead
            else names_of(kind="customer", pk=customer, party=name_key)
        )
        lost.update(dict.fromkeys(names, timezone.localdate(at)))
    return lost


# What goes back by itself


def pursued() -> Exists:
    """Customers with a running or won deal."""
    return Exists(Opportunity.objects.filter(customer=OuterRef("pk"), outcome__in=PURSUED, is_practice=False))


def planned(column: str, today: date) -> Exists:
    """Parties for which somebody has something to do today or later; a plan that has passed protects nothing."""
    waiting = NextAction.objects.filter(done_at=None, cancelled_at=None, due_on__gte=today)
    return Exists(waiting.filter(**{column: OuterRef("pk")}))


def leads_held() -> QuerySet[Lead]:
    """Leads to which cadence and automatic return apply."""
    return Lead.objects.real().filter(status=LeadStatus.OPEN, owner__isnull=False)


def customers_held() -> QuerySet[Customer]:
    return Customer.objects.real().filter(owner__isnull=False)


def protected(policy: PoolPolicy, model: type[Party], today: date) -> Q:
    """What isn't taken back although its day has come."""
    shielded = Q(pk__in=[])
    if model is Customer:
        shielded |= Q(pursued())
    if policy.keeps_planned:
        shielded |= Q(planned("lead" if model is Lead else "customer", today))
    return shielded


def overdue(cadence: Cadence, today: date) -> Q:
    """By the facts and not by the stored dates: what has been silent for so long that the rule takes it on that day.

    The very rule that dates are worked out by (``Cadence``), read backwards for the database.
    """
    found = Q(pk__in=[])
    for tier in TIERS:
        last = cadence.latest_overdue(tier, today)
        if last is not None:
            found |= Q(tier=tier) & _since_until(last)
    return found


def _since_until(last: date) -> Q:
    """The clock runs since that day or earlier. What isn't known doesn't count against anybody."""
    ends = end_of(last)
    owned, touched = Q(owned_since=None) | Q(owned_since__lt=ends), Q(last_touch_at=None) | Q(last_touch_at__lt=ends)
    known = Q(owned_since__isnull=False) | Q(last_touch_at__isnull=False) | Q(created_at__lt=ends)
    return owned & touched & known


@dataclass(frozen=True, slots=True)
class Taken:
    """What rules would take back: how many, of whom, of which tier, and the first of them."""

    leads: int
    customers: int
    owners: tuple[tuple[User, int], ...]
    tiers: tuple[tuple[str, int], ...]
    sample: tuple[Party, ...]

    @property
    def count(self) -> int:
        return self.leads + self.customers


SAMPLE = 50


def taken_by(cadence: Cadence, *, today: date) -> Taken:
    """会收回 N 条: what goes back to the pool on that day by these rules. Whoever sets rules sees all of it; the same
    number of queries however many there are."""
    leads = _to_recycle(leads_held(), Lead, cadence, today)
    customers = _to_recycle(customers_held(), Customer, cadence, today)
    owners: dict[int, int] = {}
    tiers: dict[str, int] = {}
    counts = []
    for rows in (leads, customers):
        total = 0
        for owner, tier, count in rows.order_by().values_list("owner_id", "tier").annotate(n=Count("pk")):
            owners[owner] = owners.get(owner, 0) + count
            tiers[tier] = tiers.get(tier, 0) + count
            total += count
        counts.append(total)
    people = User.objects.in_bulk(owners)
    sample = [*leads.select_related("owner").order_by("id")[:SAMPLE]]
    sample += customers.select_related("owner").order_by("id")[: SAMPLE - len(sample)]
    ranked = sorted(owners.items(), key=lambda pair: (-pair[1], pair[0]))
    return Taken(
        counts[0],
        counts[1],
        tuple((people[pk], count) for pk, count in ranked),
        tuple((tier, tiers[tier]) for tier in TIERS if tier in tiers),
        tuple(sample),
    )


def _to_recycle(rows: QuerySet, model: type[Party], cadence: Cadence, today: date) -> QuerySet:  # type: ignore[type-arg]  # of either
    if model is Customer and not cadence.policy.recycles_customers:
        return rows.none()
    return rows.filter(overdue(cadence, today)).exclude(protected(cadence.policy, model, today))


def recyclable(model: type[Party], *, policy: PoolPolicy, today: date) -> QuerySet:  # type: ignore[type-arg]
    """Those whose stored day has come: along the index, for the job. It looks at the facts again before it acts."""
    if model is Customer and not policy.recycles_customers:
        return Customer.objects.none()
    held = leads_held() if model is Lead else customers_held()
    return held.filter(recycle_on__lte=today).exclude(protected(policy, model, today))
