"""The figures of a review, worked out from what was recorded: a fixed number of queries whatever the deal's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tuoke.spine.deals.models import GatePass, Opportunity, StepVisit
from tuoke.spine.deals.queries import process_of
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.playbook.rules import DEAL_STEPS
from tuoke.steps.contracts.models import total_of
from tuoke.steps.contracts.queries import signed_contracts
from tuoke.steps.reviews import hooks
from tuoke.steps.reviews.rules import (
    Compared,
    Figures,
    Measured,
    Plan,
    Satisfaction,
    StepDays,
    attainment,
    compared,
)

MOST_COMPARED = 300
"""So many of the newest comparable deals say what is usual."""
COMPARED_YEARS = 2


def figures_of(deal: Opportunity, *, cost: Decimal | None, now: datetime) -> Figures:
    """``deal`` with its playbook version at hand. Six queries, and those of whoever knows what the customer said."""
    won = deal.outcome == Outcome.WON
    contracts = signed_contracts(deal) if won else []
    amount = total_of(contracts) if contracts else deal.amount
    plans = _plans(deal)
    others = _days_of_others(deal, today=timezone.localdate(now))
    return Figures(
        plans=plans,
        reached=attainment(plans[0], won=won, reached=amount, reached_on=deal.outcome_on, cost=cost),
        contracts=tuple(contract.number for contract in contracts),
        steps=_steps(deal, others=others, now=now),
        compared_with=len(others),
        satisfaction=satisfaction_with(deal),
    )


def satisfaction_with(deal: Opportunity) -> tuple[Satisfaction, ...]:
    """What the customer has said, the newest first."""
    found = [answer for source in hooks.satisfaction_of for answer in source(deal)]
    return tuple(sorted(found, key=lambda answer: answer.on, reverse=True))


def _plans(deal: Opportunity) -> tuple[Plan, ...]:
    opened = Plan(timezone.localdate(deal.created_at), deal.target_amount, deal.target_close_on)
    rows = GatePass.objects.filter(opportunity=deal).order_by("id").values_list("at", "step", "judgement__plan")
    names = {step.key.value: step.name for step in process_of(deal).steps}
    return (opened, *(_plan_at(at, names.get(step, step), said or {}) for at, step, said in rows))


def _plan_at(at: datetime, step: str, said: Mapping[str, Any]) -> Plan:
    amount, close_on = said.get("amount"), said.get("expected_close_on")
    return Plan(
        timezone.localdate(at),
        Decimal(amount) if amount else None,
        date.fromisoformat(close_on) if close_on else None,
        step,
    )


def comparable(deal: Opportunity, *, today: date) -> QuerySet[Opportunity]:
    """Deals that ended won or lost in the two years before this one: the same team's, with the same customer type and
    motion; no practice. The newest ``MOST_COMPARED`` of them."""
    ended = deal.outcome_on or today
    alike = Opportunity.objects.real().filter(
        outcome__in=(Outcome.WON.value, Outcome.LOST.value),
        outcome_on__lte=ended,
        outcome_on__gt=ended - timedelta(days=365 * COMPARED_YEARS),
        outcome_department_id=deal.outcome_department_id or deal.department_id,
        market=deal.market,
        scale=deal.scale,
        motion=deal.motion,
    )
    return alike.exclude(pk=deal.pk).order_by("-outcome_on", "-id")[:MOST_COMPARED]


def _days_of_others(deal: Opportunity, *, today: date) -> list[dict[str, int]]:
    """For each comparable deal, its days in every step that it went through. Two queries."""
    ids = list(comparable(deal, today=today).values_list("pk", flat=True))
    stays: dict[int, list[StepVisit]] = {pk: [] for pk in ids}
    rows = StepVisit.objects.filter(opportunity_id__in=ids, left_at__isnull=False)
    for visit in rows.only("opportunity_id", "step", "entered_at", "left_at"):
        stays[visit.opportunity_id].append(visit)
    return [_days_by_step(visits) for visits in stays.values()]


def _days_by_step(visits: Iterable[StepVisit]) -> dict[str, int]:
    """As ``deals.queries.days_in`` counts them: over all stays, the first day counts."""
    found: dict[str, int] = defaultdict(lambda: 1)
    for visit in visits:
        if visit.left_at is not None:
            found[visit.step] += (visit.left_at - visit.entered_at).days
    return dict(found)


def _steps(deal: Opportunity, *, others: Sequence[Mapping[str, int]], now: datetime) -> tuple[StepDays, ...]:
    """The steps that the deal has been in and left, in the process's order."""
    visits = [visit for visit in deal.visits.all() if visit.left_at is not None]
    mine, process = _days_by_step(visits), process_of(deal)
    return tuple(
        StepDays(
            step=step.key,
            name=step.name,
            days=mine[step.key],
            standard=step.standard_days,
            stays=tuple(_stay(visit) for visit in visits if visit.step == step.key),
            against=_against(mine[step.key], step.key, others),
        )
        for step in process.steps
        if step.key in DEAL_STEPS and step.key in mine
    )


def _against(days: int, step: str, others: Sequence[Mapping[str, int]]) -> Compared:
    return compared(days, [found[step] for found in others if step in found])


def _stay(visit: StepVisit) -> Measured:
    left = visit.left_at
    assert left is not None, "only what was left is counted"
    entered, went = timezone.localdate(visit.entered_at), timezone.localdate(left)
    return Measured(visit.step, entered, went, (left - visit.entered_at).days, visit.reason)
