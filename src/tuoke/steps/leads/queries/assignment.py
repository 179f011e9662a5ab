"""Who would get which lead by the rules (S2.6): looked at before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, QuerySet

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Principal, below
from tuoke.services.exchange.rules.places import split_place
from tuoke.spine.customers.models import Lead, LeadQuerySet
from tuoke.spine.customers.queries import receivers
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.models import AssignmentRule
from tuoke.steps.leads.queries.cadence import pool_policy
from tuoke.steps.leads.queries.pool import customers_held, held_by
from tuoke.steps.leads.rules.assignment import Item, Person, Plan, Rule, RuleKind, plan
from tuoke.steps.leads.rules.pool import PoolPolicy

MOST = 50_000
"""So many leads may be given out at once."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a person would get. ``load`` is before, ``more`` what comes on top, both weighted by tier."""

    person: User
    count: int
    held: int
    limit: int | None
    load: int
    more: int

    @property
    def load_after(self) -> int:
        return self.load + self.more


@dataclass(frozen=True, slots=True)
class Assignment:
    """A plan with the people and rules that it speaks of. ``elsewhere`` of the chosen leads aren't in the pool."""

    plan: Plan
    shares: tuple[Share, ...]
    by_rule: tuple[tuple[AssignmentRule, int], ...]
    left: Mapping[str, int]
    elsewhere: int
    policy: PoolPolicy


def assignment_rules() -> list[AssignmentRule]:
    """In their order, with their people and departments: three queries."""
    return list(AssignmentRule.objects.prefetch_related("people", "departments").order_by("position", "id"))


def planned_assignment(leads: LeadQuerySet, *, who: Principal) -> Assignment:
    """What the active rules would do with those of ``leads`` that lie in the pool and that ``who`` sees: the best
    first, so that they spread evenly. Only his own people get any. A constant number of queries."""
    seen = leads.visible_to(who).order_by()
    pooled = seen.filter(owner=None, status=LeadStatus.OPEN, is_practice=False)
    items = _items(pooled)
    rules = [rule for rule in assignment_rules() if rule.is_active]
    reach = receivers(who)
    docs = list(_docs(rules, reach))
    wanted = {pk for doc in docs for pk in doc.people}
    policy = pool_policy()
    held, loads = held_by(wanted, policy=policy), loads_of(wanted, policy=policy)
    people = {pk: Person(pk, loads[pk], _room(policy, held[pk])) for pk in wanted}
    found = plan(items, rules=docs, people=people, weight=policy.weight)
    return Assignment(
        plan=found,
        shares=_shares(found, items, reach, people, held, policy),
        by_rule=_by_rule(found, rules),
        left=Counter(one.code for one in found.left),
        elsewhere=seen.count() - len(items),
        policy=policy,
    )


def loads_of(users: Collection[int], *, policy: PoolPolicy) -> dict[int, int]:
    """How much of each person's time is taken: open leads and customers, weighted by tier. Two queries."""
    loads = dict.fromkeys(users, 0)
    leads = Lead.objects.real().filter(owner_id__in=users, status=LeadStatus.OPEN)
    customers = customers_held().filter(owner_id__in=users)
    for rows in (leads, customers):
        for owner, tier, count in rows.order_by().values_list("owner_id", "tier").annotate(n=Count("pk")):
            loads[owner] += policy.weight(tier) * count
    return loads


def _items(pooled: QuerySet[Lead]) -> list[Item]:
    rows = pooled.values_list("pk", "tier", "region", "industry", "score")[: MOST + 1]
    found = sorted(rows, key=lambda row: (-(row[4] if row[4] is not None else -1), row[0]))
    return [Item(pk, tier, _located(region), industry) for pk, tier, region, industry, _score in found]


@lru_cache(maxsize=4096)
def _located(region: str) -> str:
    """The region with the province and city that it lies in: a rule for 江苏 takes 苏州, too."""
    _said, place, _rest = split_place(f"{region}有限公司") if region else ("", None, "")
    return " ".join(dict.fromkeys(filter(None, (region, *(place or ())))))


def _docs(rules: Sequence[AssignmentRule], reach: Mapping[int, User]) -> Iterator[Rule]:
    """Rules with their people by name: those that are named, and those of the departments and below."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    for rule in rules:
        named = {user.pk for user in rule.people.all()}
        inside: set[int] = set()
        for department in rule.departments.all():
            inside |= below(department.pk, parents)
        people = [user for user in reach.values() if user.pk in named or user.department_id in inside]
        ordered = tuple(user.pk for user in sorted(people, key=lambda user: (user.name, user.pk)))
        yield Rule(rule.pk, RuleKind(rule.kind), ordered, tuple(rule.values), rule.last_served_id)


def _room(policy: PoolPolicy, held: int) -> int | None:
    return None if policy.hold_limit is None else max(0, policy.hold_limit - held)


def _shares(
    found: Plan,
    items: Sequence[Item],
    reach: Mapping[int, User],
    people: Mapping[int, Person],
    held: Mapping[int, int],
    policy: PoolPolicy,
) -> tuple[Share, ...]:
    tiers = {item.pk: item.tier for item in items}
    counts: Counter[int] = Counter()
    more: Counter[int] = Counter()
    for given in found.given:
        counts[given.person] += 1
        more[given.person] += policy.weight(tiers[given.item])
    ranked = sorted(people, key=lambda pk: (-counts[pk], reach[pk].name))
    return tuple(Share(reach[pk], counts[pk], held[pk], policy.hold_limit, people[pk].load, more[pk]) for pk in ranked)


def _by_rule(found: Plan, rules: Sequence[AssignmentRule]) -> tuple[tuple[AssignmentRule, int], ...]:
    counts = Counter(given.rule for given in found.given)
    return tuple((rule, counts[rule.pk]) for rule in rules)
