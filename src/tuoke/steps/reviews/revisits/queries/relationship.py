"""How customers stand to us: the level of one, who is on which level, how many buy again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Customer
from tuoke.steps.reviews.revisits.models import LEVEL_NAMES, Relation, SecondSale
from tuoke.steps.reviews.revisits.queries.leaving import leaving_reasons
from tuoke.steps.reviews.revisits.queries.satisfaction import Score, mean, satisfaction_series
from tuoke.steps.reviews.revisits.rules import Leaving, Level, repeat_rate

MOST_SECONDS = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """What the customer's page says of how he stands to us. ``relation`` None: he never bought."""

    relation: Relation | None
    scores: Sequence[Score]
    leaving: Leaving
    seconds: Sequence[SecondSale]

    @property
    def level(self) -> Level | None:
        return Level(self.relation.level) if self.relation else None

    @property
    def average(self) -> Decimal | None:
        return mean(self.scores)


@dataclass(frozen=True, slots=True)
class Repeating:
    """Of the customers one may see who bought: how many on which level, and how many in a hundred bought again."""

    counts: dict[Level, int]

    @property
    def customers(self) -> int:
        return sum(self.counts.values())

    @property
    def rate(self) -> Decimal | None:
        return repeat_rate(customers=self.customers, repeated=self.customers - self.counts[Level.SINGLE])


def standing_of(who: Principal, customer: Customer, *, today: date) -> Standing:
    """Whoever asks may see the customer. A constant number of queries."""
    relation = Relation.objects.filter(pk=customer.pk).first()
    scores = satisfaction_series(who, customer)
    return Standing(relation, scores, leaving_reasons(who, customer, today), seconds_of(who, customer))


def seconds_of(who: Principal, customer: Customer) -> list[SecondSale]:
    """Second sales with this customer that ``who`` may see, the newest first."""
    seen = SecondSale.objects.visible_to(who).filter(opportunity__customer=customer)
    related = ("opportunity__owner", "opportunity__linked_from", "revisit")
    return list(seen.select_related(*related).order_by("-pk")[:MOST_SECONDS])


def repeating(who: Principal) -> Repeating:
    """One query."""
    seen = Customer.objects.visible_to(who).real()
    rows = Relation.objects.filter(customer_id__in=seen.values("pk")).order_by()
    found = dict(rows.values_list("level").annotate(n=Count("*")))
    return Repeating({level: found.get(level.value, 0) for level in Level})


def customers_of_level(level: str) -> Q:
    """For ``customers.hooks.filters``: customers on a level."""
    return Q(pk__in=Relation.objects.filter(level=level).values("customer_id"))


def level_names() -> list[tuple[str, str]]:
    return [(level.value, str(name)) for level, name in LEVEL_NAMES.items()]
