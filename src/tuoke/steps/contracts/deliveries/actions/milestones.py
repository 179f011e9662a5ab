"""What is accepted is a line of the kick-off plan done; accepted late, what depends on it moves (S7.2, S7.3)."""

from __future__ import annotations

from datetime import date, datetime

from tuoke.base.accounts.rules import system
from tuoke.steps.contracts.deliveries.models import DeliveryItem
from tuoke.steps.contracts.deliveries.rules import ItemState
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.models import Milestone

BY = system("deliveries.accepted")
"""The customer has no right to write plans: what follows from his word is done by the system, which says so."""


def done(item: DeliveryItem, *, on: date, now: datetime) -> None:
    """Its milestone is done, as of the day of the last acceptance, once every item that points at it is accepted."""
    milestone = _milestone_of(item)
    if milestone is None or milestone.done_on is not None:
        return
    rows = DeliveryItem.objects.standing().filter(milestone_id=milestone.pk)
    if rows.exclude(state=ItemState.ACCEPTED).exists():
        return
    days = [day for day in rows.values_list("accepted_on", flat=True) if day]
    kickoff.complete_milestone(milestone=milestone, done_on=max([on, *days]), by=BY, now=now)


def undone(item: DeliveryItem, *, now: datetime) -> None:
    """The acceptance was entered wrongly: the milestone isn't done after all."""
    milestone = _milestone_of(item)
    if milestone is not None and milestone.done_on is not None:
        kickoff.reopen_milestone(milestone=milestone, by=BY, now=now)


def _milestone_of(item: DeliveryItem) -> Milestone | None:
    rows = Milestone.objects.standing().select_related("plan__opportunity")
    return rows.filter(pk=item.milestone_id or 0).first()
