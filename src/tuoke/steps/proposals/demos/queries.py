"""Reads of demonstrations and trials. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.demos.models import Demo, Trial
from tuoke.steps.proposals.demos.rules import MOST_OF_DEAL, REMIND_DAYS, DemoState

MOST_PEOPLE = 200


def presented(deal: Opportunity) -> bool:
    """Whether the proposal was gone through with the customer in a demonstration that was held (S5.2)."""
    return Demo.objects.filter(opportunity=deal, state=DemoState.HELD, presented=True).exists()


@dataclass(frozen=True, slots=True)
class Shown:
    """The demonstrations and trials of one deal; at most ``MOST_OF_DEAL`` of each."""

    planned: list[Demo]
    held: list[Demo]
    cancelled: list[Demo]
    running: list[Trial]
    ended: list[Trial]


def shown_in(who: Principal, deal: Opportunity) -> Shown:
    """Two queries."""
    demos = list(
        Demo.objects.visible_to(who).filter(opportunity=deal).select_related("contact", "action")[:MOST_OF_DEAL]
    )
    trials = list(Trial.objects.visible_to(who).filter(opportunity=deal).select_related("contact")[:MOST_OF_DEAL])
    return Shown(
        planned=sorted(
            (demo for demo in demos if demo.state == DemoState.PLANNED), key=lambda demo: (demo.planned_on, demo.pk)
        ),
        held=[demo for demo in demos if demo.state == DemoState.HELD],
        cancelled=[demo for demo in demos if demo.state == DemoState.CANCELLED],
        running=sorted(
            (trial for trial in trials if trial.ended_at is None), key=lambda trial: (trial.expires_on, trial.pk)
        ),
        ended=[trial for trial in trials if trial.ended_at],
    )


def people_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])


def days_left(trial: Trial, *, today: date) -> int:
    """Of both days included: 0 on the last one, below 0 when it is over."""
    return (trial.expires_on - today).days


def ends_soon(trial: Trial, *, today: date) -> bool:
    return days_left(trial, today=today) <= REMIND_DAYS
