"""Accepted or not, by whom and when it is done (S8.3)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import YES, no
from tuoke.steps.reviews.improvements import hooks
from tuoke.steps.reviews.improvements.actions.doors import held, is_listed, must, save, tell
from tuoke.steps.reviews.improvements.models import Improvement, may_decide
from tuoke.steps.reviews.improvements.queries import owners_for
from tuoke.steps.reviews.improvements.rules import (
    OPEN,
    TO_BE_DONE,
    State,
    due_fault,
    may_be_decided,
    may_be_reconsidered,
)

AT_ONCE = 200
"""Improvements that one tick reminds of."""


@transaction.atomic
def decide(*, row: Improvement, decision: State, reason: str, by: Principal, now: datetime) -> Improvement:
    """ACCEPTED or DECLINED, by whoever answers for the process or a director. Refused: may_not_decide, withdrawn,
    already_decided, reason_missing (of a no)."""
    current = held(row, by=by)
    may = YES if may_decide(by) else no("may_not_decide")
    must(may & is_listed(current) & may_be_decided(current.standing, decision=decision, reason=reason))
    said = {"decided_by_id": by.user_id, "decided_at": now, "decided_reason": reason.strip()}
    save(current, state=decision.value, **said)
    tell(
        "accepted" if decision is State.ACCEPTED else "declined", current, by=by, now=now,
        facts={"reason": reason.strip()},
    )  # fmt: skip
    for told in hooks.on_decided:
        told(current, by, now)
    return current


@transaction.atomic
def reconsider(*, row: Improvement, by: Principal, now: datetime) -> Improvement:
    """The decision is taken back, and open again. Refused: may_not_decide, not_decided."""
    current = held(row, by=by)
    must((YES if may_decide(by) else no("may_not_decide")) & may_be_reconsidered(current.standing))
    save(current, state=State.PROPOSED.value, decided_by_id=None, decided_at=None, decided_reason="")
    tell("reconsidered", current, by=by, now=now)
    return current


@transaction.atomic
def assign(
    *, row: Improvement, version: int, owner_id: int, due_on: date | None, by: Principal, now: datetime
) -> Improvement:
    """Somebody else does it, or by another day. Raises Conflict; Refused: not_open, withdrawn, owner_elsewhere,
    due_missing, due_in_past, due_too_far."""
    current = held(row, by=by, version=version)
    verdict = (YES if current.standing in OPEN else no("not_open")) & is_listed(current)
    if due_on != current.due_on:
        verdict &= due_fault(due_on, today=timezone.localdate(now))
    people = {user.pk: user for user in owners_for(by)}
    if owner_id != current.owner_id and owner_id not in people:
        verdict &= no("owner_elsewhere", field="owner")
    must(verdict)
    before = (current.owner_id, current.owner.name, current.due_on)
    if (owner_id, due_on) == (before[0], before[2]):
        return current
    name = before[1] if owner_id == before[0] else people[owner_id].name
    save(current, owner_id=owner_id, due_on=due_on)
    changes = {"owner": (before[1], name), "due_on": (before[2], due_on)}
    tell(
        "assigned", current, by=by, now=now, changes={key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    )
    if owner_id != before[0] and current.standing in TO_BE_DONE:
        current.owner = User.objects.get(pk=owner_id)
        for told in hooks.on_decided:
            told(current, by, now)
    return current


def remind_overdue(now: datetime) -> int:
    """The tick: owners hear of what is past its day, once for each day that it was due on. Says how many."""
    today = timezone.localdate(now)
    late = Improvement.objects.listed().filter(state__in=sorted(TO_BE_DONE), due_on__lt=today)
    late = late.filter(Q(reminded_on=None) | ~Q(reminded_on=F("due_on"))).order_by("due_on", "pk")
    return sum(_remind(pk, now=now) for pk in list(late.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _remind(pk: int, *, now: datetime) -> int:
    row = Improvement.objects.select_for_update().get(pk=pk)
    if not row.is_overdue(timezone.localdate(now)) or row.reminded_on == row.due_on:
        return 0
    row.reminded_on = row.due_on
    row.save(update_fields=["reminded_on"])
    for told in hooks.on_overdue:
        told(row, system("improvements"), now)
    return 1
