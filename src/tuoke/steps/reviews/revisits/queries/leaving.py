"""Which customers may leave us (S8.2, M2): only the bad signs are looked for, so it costs what there is to worry about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.reviews.revisits import hooks
from tuoke.steps.reviews.revisits.models import Revisit, Survey
from tuoke.steps.reviews.revisits.queries.satisfaction import Score, scores_by_deal
from tuoke.steps.reviews.revisits.rules import LOW, Leaving, Signs, Usage, leaving
from tuoke.steps.reviews.revisits.rules.leaving import OVERDUE_DAYS, SAID_FOR, is_still_said
from tuoke.steps.reviews.revisits.rules.visits import FADING

MOST_SUSPECTS = 2000
"""So many deals with a bad sign are looked at, the newest first."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A customer who may leave, why, and the amount of what he bought that ``who`` may see."""

    customer: Customer
    leaving: Leaving
    amount: Decimal
    deal: Opportunity


def leaving_of(who: Principal, today: date | None = None) -> list[AtRisk]:
    """Customers at risk among those whose won deals ``who`` may see, the gravest and then the largest first, at most
    MOST_SHOWN. A constant number of queries."""
    if not who.may(Permission.REVIEW_READ):
        return []
    today = today or timezone.localdate()
    debts = _Debts.of(who, today)
    suspects = _suspected(who, debts, today=today)
    customers = _bought(who, Q(customer__in=suspects))
    found = _judged(customers, debts, today=today)
    found.sort(key=lambda risk: (-risk.leaving.weight, -risk.amount, risk.customer.pk))
    return found[:MOST_SHOWN]


def leaving_reasons(who: Principal, customer: Customer, today: date) -> Leaving:
    """The same for one customer; blank for one who never bought."""
    if not who.may(Permission.REVIEW_READ):
        return leaving(Signs())
    bought = _bought(who, Q(customer=customer))
    return _signs_of(bought, _Debts.of(who, today), today=today).get(customer.pk, leaving(Signs()))


@dataclass(frozen=True, slots=True)
class _Debts:
    payments: Mapping[int, hooks.Debt]
    issues: Mapping[int, hooks.Debt]

    @classmethod
    def of(cls, who: Principal, today: date) -> _Debts:
        return cls(
            {deal: debt for source in hooks.payments_late for deal, debt in source(who, today).items()},
            {deal: debt for source in hooks.issues_open for deal, debt in source(who, today).items()},
        )


def _suspected(who: Principal, debts: _Debts, *, today: date) -> set[int]:
    """Customers of whom anything bad is known."""
    seen = _won(who).values("pk")
    since = timezone.make_aware(datetime.combine(today - SAID_FOR, time.min))
    surveys = Survey.objects.answered().filter(answered_at__gte=since, opportunity__in=seen)
    visits = Revisit.objects.done().filter(done_on__gte=today - SAID_FOR, opportunity__in=seen)
    bad_visits = visits.filter(Q(usage_level__in=[u.value for u in FADING]) | Q(satisfaction__lte=LOW + 2))
    late = Revisit.objects.due().filter(due_on__lte=today - timedelta(days=OVERDUE_DAYS), opportunity__in=seen)
    bad_surveys = surveys.filter(score__lte=LOW + 2)
    found: set[int] = set()
    for rows in (bad_surveys.order_by("-answered_at"), bad_visits.order_by("-done_on"), late.order_by("due_on")):
        found |= set(rows.values_list("opportunity__customer_id", flat=True)[:MOST_SUSPECTS])
    in_debt = [*debts.payments, *debts.issues][:MOST_SUSPECTS]
    return found | set(_won(who).filter(pk__in=in_debt).values_list("customer_id", flat=True))


def _won(who: Principal) -> QuerySet[Opportunity]:
    return Opportunity.objects.visible_to(who).real().filter(outcome=Outcome.WON)


def _bought(who: Principal, which: Q) -> dict[int, list[Opportunity]]:
    """Won deals by customer, the newest first."""
    rows = _won(who).filter(which).select_related("customer", "owner").order_by("-id")[:MOST_SUSPECTS]
    found: dict[int, list[Opportunity]] = {}
    for deal in rows:
        found.setdefault(deal.customer_id, []).append(deal)
    return found


def _judged(bought: Mapping[int, list[Opportunity]], debts: _Debts, *, today: date) -> list[AtRisk]:
    signs = _signs_of(bought, debts, today=today)
    return [
        AtRisk(deals[0].customer, signs[pk], sum((deal.amount or Decimal(0) for deal in deals), Decimal(0)), deals[0])
        for pk, deals in bought.items()
        if signs[pk]
    ]


def _signs_of(bought: Mapping[int, list[Opportunity]], debts: _Debts, *, today: date) -> dict[int, Leaving]:
    deals = [deal.pk for rows in bought.values() for deal in rows]
    scores, usage, late = scores_by_deal(deals), _usage(deals, today=today), _late(deals, today=today)
    return {
        pk: leaving(_signs({deal.pk for deal in rows}, scores, usage, late, debts, today=today))
        for pk, rows in bought.items()
    }


def _signs(
    deals: set[int],
    scores: Mapping[int, list[Score]],
    usage: Mapping[int, tuple[date, Usage]],
    late: Mapping[int, int],
    debts: _Debts,
    *,
    today: date,
) -> Signs:
    said = sorted((s for deal in deals for s in scores.get(deal, ())), key=lambda score: score.on)
    last = said[-1] if said and is_still_said(said[-1].on, today=today) else None
    heard = [usage[deal] for deal in deals if deal in usage]
    payment = _worst(debts.payments, deals)
    issues = [debts.issues[deal] for deal in deals if deal in debts.issues]
    return Signs(
        score=last.score if last else None,
        score_before=said[-2].score if last and len(said) > 1 else None,
        usage=max(heard)[1] if heard else Usage.UNKNOWN,
        revisit_late=max((late.get(deal, 0) for deal in deals), default=0),
        payment_late=payment.days if payment else 0,
        payment_amount=payment.amount if payment else None,
        issues=sum(issue.count for issue in issues),
        issue_days=max((issue.days for issue in issues), default=0),
    )


def _worst(debts: Mapping[int, hooks.Debt], deals: Iterable[int]) -> hooks.Debt | None:
    found = [debts[deal] for deal in deals if deal in debts]
    return max(found, key=lambda debt: debt.days) if found else None


def _usage(deals: Collection[int], *, today: date) -> dict[int, tuple[date, Usage]]:
    """The newest word on how much it is used, by deal."""
    rows = Revisit.objects.done().filter(opportunity__in=deals, done_on__gte=today - SAID_FOR)
    heard = rows.exclude(usage_level="").order_by("done_on", "id")
    return {
        deal: (on, Usage(level))
        for deal, on, level in heard.values_list("opportunity_id", F("done_on"), "usage_level")
        if on is not None
    }


def _late(deals: Collection[int], *, today: date) -> dict[int, int]:
    rows = Revisit.objects.due().filter(opportunity__in=deals, due_on__lt=today)
    return {deal: (today - due).days for deal, due in rows.values_list("opportunity_id", "due_on")}
