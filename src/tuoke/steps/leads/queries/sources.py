"""线索来源 (S2.1): what each channel yields, from lead to won deal, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.catalog.queries import Branch, costs_of, rolled_up, source_tree
from tuoke.spine.catalog.rules import lineage
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.leads.queries.lists import Corner, leads_in

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Yield:
    """One channel with all below it. Amounts are yuan; ``cost`` is None where nothing is known of it."""

    leads: int = 0
    high: int = 0
    deals: int = 0
    won: int = 0
    amount: Decimal = Decimal(0)
    cost: Decimal | None = None

    @property
    def per_lead(self) -> Decimal | None:
        return _per(self.cost, self.leads)

    @property
    def per_won(self) -> Decimal | None:
        return _per(self.cost, self.won)

    def __add__(self, other: Yield) -> Yield:
        return Yield(
            self.leads + other.leads,
            self.high + other.high,
            self.deals + other.deals,
            self.won + other.won,
            self.amount + other.amount,
            _sum((self.cost, other.cost)),
        )


@dataclass(frozen=True, slots=True)
class SourceYield:
    """``source`` None: leads whose source nobody wrote down."""

    source: LeadSource | None
    level: int
    figures: Yield


@dataclass(frozen=True, slots=True)
class Yields:
    """``with_costs``: these leads are the whole company's, so its costs can be set against them."""

    rows: Sequence[SourceYield]
    total: Yield
    with_costs: bool


def yields(who: Principal, *, corner: Corner, since: date, until: date) -> Yields:
    """Every channel's yield of the leads that were written down from ``since`` to ``until`` (both included).

    Of the leads in this part of the list and of their deals that ``who`` may see. The same number of queries always.
    """
    leads = _written(leads_in(corner, who=who), since, until)
    tree = source_tree()
    own = _counted(leads, who)
    with_costs = corner is Corner.ALL and who.scope_of(Permission.LEAD_READ) is Scope.ALL
    costs = rolled_up(costs_of(who, since=since, until=until), tree) if with_costs else {}
    below = _rolled_up(own, tree)
    rows = [
        SourceYield(branch.source, branch.level, _with_cost(below.get(branch.source.pk, Yield()), costs, branch))
        for branch in tree
    ]
    rows = [row for row in rows if row.figures != Yield() or (row.source and row.source.active)]
    total = sum((row.figures for row in rows if row.level == 0), Yield())
    if None in own:
        rows.append(SourceYield(None, 0, own[None]))
        total += own[None]
    return Yields(rows, total, with_costs)


def _written(leads: QuerySet[Lead], since: date, until: date) -> QuerySet[Lead]:
    """What was merged counts in the lead that was kept."""
    first, last = _midnight(since), _midnight(until + timedelta(days=1))
    return leads.filter(created_at__gte=first, created_at__lt=last).exclude(status=LeadStatus.MERGED)


def _counted(leads: QuerySet[Lead], who: Principal) -> dict[int | None, Yield]:
    found: dict[int | None, Yield] = {}
    counts = leads.order_by().values_list("source_id").annotate(n=Count("pk"), high=Count("qualified_at"))
    for source, count, high in counts:
        found[source] = Yield(leads=count, high=high)
    deals = Opportunity.objects.visible_to(who).real().filter(lead__in=leads)
    won = Q(outcome=Outcome.WON)
    sums = (
        deals.order_by()
        .values_list("lead__source_id")
        .annotate(
            n=Count("pk", distinct=True), won=Count("pk", filter=won, distinct=True), amount=Sum("amount", filter=won)
        )
    )
    for source, count, closed, amount in sums:
        found[source] = found.get(source, Yield()) + Yield(deals=count, won=closed, amount=amount or Decimal(0))
    return found


def _rolled_up(own: dict[int | None, Yield], tree: Iterable[Branch]) -> dict[int, Yield]:
    parents = {branch.source.pk: branch.source.parent_id for branch in tree}
    sums: dict[int, Yield] = {}
    for source, figures in own.items():
        for above in lineage(source, parents) if source is not None else ():
            sums[above] = sums.get(above, Yield()) + figures
    return sums


def _with_cost(figures: Yield, costs: dict[int, Decimal], branch: Branch) -> Yield:
    return figures + Yield(cost=costs.get(branch.source.pk))


def _per(cost: Decimal | None, count: int) -> Decimal | None:
    return (cost / count).quantize(CENT, ROUND_HALF_UP) if cost is not None and count else None


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
