"""单次合作, 重复合作, 长期伙伴: worked out again whenever a deal ends or a customer gives a score; derived, never typed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Max, Min
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.reviews.revisits.models import Relation
from tuoke.steps.reviews.revisits.queries.satisfaction import Score, mean, scores_by_deal
from tuoke.steps.reviews.revisits.rules import Cooperation, level_of
from tuoke.steps.reviews.revisits.rules.relationship import SCORES_OF

BATCH = 500


def follow_deal(deal: Opportunity, by: Principal, now: datetime) -> None:
    """``deals.hooks.on_changed``: what was won, or isn't any more, changes how the customer stands to us. A running deal
    of a customer of whom nothing is known costs one query."""
    if deal.outcome == Outcome.WON or Relation.objects.filter(pk=deal.customer_id).exists():
        settle([deal.customer_id], now=now)


def after_merge(party: Lead | Customer, by: Principal, now: datetime) -> None:
    """``customers.hooks.after_merge``: of the one that is kept and those that went into it."""
    if isinstance(party, Customer):
        gone = Customer.objects.filter(merged_into=party).values_list("pk", flat=True)
        settle([party.pk, *gone], now=now)


def every_night(now: datetime) -> int:
    """Time passes: scores grow old, two years are over. Works every customer who bought out anew, by the batch; returns how
    many rows changed."""
    changed, last = 0, 0
    while ids := list(_bought(after=last)):
        changed += settle(ids, now=now)
        last = ids[-1]
    return changed


def settle(customers: Collection[int], *, now: datetime) -> int:
    """Work these customers out anew; as many queries for one as for BATCH. Returns how many changed."""
    today = timezone.localdate(now)
    wanted = _worked_out(customers, today=today)
    present = Relation.objects.in_bulk(list(customers))
    lost = [pk for pk in present if pk not in wanted]
    fresh = [row for row in wanted.values() if _says(row) != _says(present.get(row.customer_id))]
    if lost:
        Relation.objects.filter(pk__in=lost).delete()
    if fresh:
        fields = ["level", "won", "first_won_on", "last_won_on", "score"]
        Relation.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["customer_id"], update_fields=fields, batch_size=BATCH
        )
    return len(lost) + len(fresh)


@dataclass(frozen=True, slots=True)
class _Bought:
    won: int
    first_on: date
    last_on: date


def _bought(*, after: int) -> Collection[int]:
    won = Opportunity.objects.real().filter(outcome=Outcome.WON, customer__gt=after)
    return won.order_by("customer").values_list("customer_id", flat=True).distinct()[:BATCH]


def _worked_out(customers: Collection[int], *, today: date) -> dict[int, Relation]:
    won = Opportunity.objects.real().filter(outcome=Outcome.WON, customer__in=customers)
    counted = won.order_by().values("customer_id").annotate(
        n=Count("*"), first=Min("outcome_on"), last=Max("outcome_on")
    )  # fmt: skip
    bought = {row["customer_id"]: _Bought(row["n"], row["first"], row["last"]) for row in counted}
    scores = _scores(bought, today=today) if bought else {}
    found = {}
    for pk, sales in bought.items():
        score = mean(scores.get(pk, []))
        level = level_of(Cooperation(sales.won, sales.first_on, score), today=today)
        assert level is not None
        found[pk] = Relation(
            customer_id=pk, level=level.value, won=sales.won, first_won_on=sales.first_on, last_won_on=sales.last_on,
            score=score,
        )  # fmt: skip
    return found


def _scores(customers: Collection[int], *, today: date) -> dict[int, list[Score]]:
    owners = dict(Opportunity.objects.real().filter(customer__in=customers).values_list("pk", "customer_id"))
    found: dict[int, list[Score]] = {}
    for deal, scores in scores_by_deal(list(owners)).items():
        found.setdefault(owners[deal], []).extend(s for s in scores if today - s.on <= SCORES_OF)
    return found


def _says(row: Relation | None) -> tuple[str, int, date, date, Decimal | None] | None:
    return (row.level, row.won, row.first_won_on, row.last_won_on, row.score) if row else None
