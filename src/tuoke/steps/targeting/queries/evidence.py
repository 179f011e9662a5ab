"""The history of closed deals (S1.3): our own and imported ones, each counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, DateField, DurationField, Exists, ExpressionWrapper, F, Max, Min, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from tuoke.base.accounts.rules import Principal
from tuoke.services.exchange.rules import company_key, text_key
from tuoke.spine.deals.models import Opportunity, OpportunityQuerySet
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.targeting.models import PastDeal, PastDealQuerySet
from tuoke.steps.targeting.rules.evidence import Closed, Cut, Group, Tally, twins
from tuoke.steps.targeting.rules.suggestions import band_of, band_said


class Which(StrEnum):
    BOTH = "both"
    OWN = "own"
    IMPORTED = "imported"


CUTS = ("industry", "size", "region", "source", "product")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the closed deals tell together. ``twice``: imported deals that are our own once more and counted once."""

    whole: Tally
    own: int
    imported: int
    twice: int
    first_year: int | None
    last_year: int | None
    cuts: tuple[Cut, ...]

    def cut(self, field: str) -> Cut:
        return next(cut for cut in self.cuts if cut.field == field)


def evidence(who: Principal, *, which: Which = Which.BOTH, market: str = "") -> Evidence:
    """Closed deals by field: own ones (won or lost, no practice) that ``who`` may see, of one market if it is named,
    and the company's imported ones, whose market no file says. A fixed number of queries: two a cut at most.
    """
    own = _own_deals(who, market) if which is not Which.IMPORTED else Opportunity.objects.none()
    past = PastDeal.objects.visible_to(who) if which is not Which.OWN else PastDeal.objects.none()
    twice = _counted_twice(past, own) if which is Which.BOTH else []
    sums = [_sum(_OWN, own), _sum(_PAST, past)]
    repeated = sum((_tally_of(deal) for deal in twice), Tally())
    years = [day.year for deals, source in ((own, _OWN), (past, _PAST)) for day in _ends(deals, source) if day]
    return Evidence(
        whole=sums[0] + sums[1] - repeated,
        own=sums[0].n,
        imported=sums[1].n - repeated.n,
        twice=repeated.n,
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        cuts=tuple(_cut(field, own, past, twice) for field in CUTS),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """One table of closed deals: where each field stands, and how its values are said."""

    fields: Mapping[str, tuple[str, ...]]
    begun: Any
    ended: str
    said: Mapping[str, Callable[..., str]]


_OWN = _Source(
    fields={
        "industry": ("customer__industry",),
        "size": ("customer__staff_low", "customer__staff_high"),
        "region": ("customer__region",),
        "source": ("lead__source__name",),
        "product": ("product__name",),
    },
    begun=TruncDate("created_at", output_field=DateField()),
    ended="outcome_on",
    said={"size": band_of},
)
_PAST = _Source(
    fields={field: (field,) for field in CUTS}, begun=F("created_on"), ended="closed_on", said={"size": band_said}
)
_WON = Q(outcome=Outcome.WON.value)


def _own_deals(who: Principal, market: str) -> OpportunityQuerySet:
    closed = Opportunity.objects.visible_to(who).real().filter(outcome__in=[Outcome.WON.value, Outcome.LOST.value])
    return closed.filter(market=market) if market else closed


def _sums(source: _Source) -> dict[str, Any]:
    days = ExpressionWrapper(F(source.ended) - source.begun, output_field=DurationField())
    timed = _WON & Q(**{f"{source.ended}__isnull": False})
    if source is _PAST:
        timed &= Q(created_on__isnull=False)
    return {
        "n": Count("pk"),
        "won": Count("pk", filter=_WON),
        "sold": Sum("amount", filter=_WON),
        "priced": Count("amount", filter=_WON),
        "took": Sum(days, filter=timed),
        "timed": Count("pk", filter=timed),
    }


def _sum(source: _Source, deals: OpportunityQuerySet | PastDealQuerySet) -> Tally:
    return _tally(deals.aggregate(**_sums(source)))


def _ends(deals: OpportunityQuerySet | PastDealQuerySet, source: _Source) -> Iterable[Any]:
    found = deals.aggregate(first=Min(source.ended), last=Max(source.ended))
    return (found["first"], found["last"])


def _tally(row: Mapping[str, Any]) -> Tally:
    took: timedelta = row["took"] or timedelta()
    return Tally(
        n=row["n"], won=row["won"], amount=row["sold"] or Decimal(0), priced=row["priced"],
        days=took / timedelta(days=1), timed=row["timed"],
    )  # fmt: skip


def _tally_of(deal: PastDeal) -> Tally:
    is_won = deal.outcome == Outcome.WON.value
    is_priced = is_won and deal.amount is not None
    days = (deal.closed_on - deal.created_on).days if is_won and deal.closed_on and deal.created_on else None
    return Tally(
        n=1, won=int(is_won), amount=deal.amount or Decimal(0) if is_priced else Decimal(0), priced=int(is_priced),
        days=float(days or 0), timed=int(days is not None),
    )  # fmt: skip


def _cut(field: str, own: OpportunityQuerySet, past: PastDealQuerySet, twice: Iterable[PastDeal]) -> Cut:
    tallies: dict[str, Tally] = defaultdict(Tally)
    spellings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for source, deals in ((_OWN, own), (_PAST, past)):
        for value, tally in _by(field, source, deals):
            tallies[text_key(value)] += tally
            spellings[text_key(value)][value] += tally.n
    for deal in twice:
        value = _PAST.said.get(field, str)(getattr(deal, field))
        if value:
            tallies[text_key(value)] -= _tally_of(deal)
    groups = [Group(_usual(spellings[key]), tally) for key, tally in tallies.items() if tally.n]
    return Cut(field, tuple(sorted(groups, key=lambda g: (-g.rate.n, g.value))))


def _by(field: str, source: _Source, deals: OpportunityQuerySet | PastDealQuerySet) -> Iterable[tuple[str, Tally]]:
    columns = source.fields[field]
    said = source.said.get(field, _text)
    for row in deals.order_by().values(*columns).annotate(**_sums(source)):
        value = said(*(row[column] for column in columns))
        if value:
            yield value, _tally(row)


def _text(value: str | None) -> str:
    return value or ""


def _usual(spellings: Mapping[str, int]) -> str:
    return max(spellings, key=lambda text: (spellings[text], text))


def _counted_twice(past: PastDealQuerySet, own: OpportunityQuerySet) -> list[PastDeal]:
    """Imported deals that are our own once more: looked for among those that ended alike on the same day."""
    same = {"outcome": OuterRef("outcome")}
    imported = list(past.filter(Exists(own.filter(outcome_on=OuterRef("closed_on"), **same))).defer("attributes"))
    if not imported:
        return []
    days = {deal.closed_on for deal in imported}
    ours = own.filter(Exists(past.filter(closed_on=OuterRef("outcome_on"), **same)))
    closed = [
        Closed(company_key(name), outcome, on, amount)
        for name, outcome, on, amount in ours.values_list("customer__name", "outcome", "outcome_on", "amount")
        if on is not None and on in days
    ]
    known = [_closed(deal) for deal in imported]
    return [imported[index] for index in twins(known, closed)]


def _closed(deal: PastDeal) -> Closed:
    assert deal.closed_on is not None  # it ended on the day of one of ours
    return Closed(company_key(deal.customer), deal.outcome, deal.closed_on, deal.amount)
