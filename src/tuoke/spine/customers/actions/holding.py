"""Who holds a lead or customer: a change of hands restarts the clock and is logged (S2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers import hooks
from tuoke.spine.customers.models import Customer, Holding, Lead
from tuoke.spine.customers.rules import Handling


def hand_over(party: Lead | Customer, *, to: User | None, how: Handling, now: datetime, reason: str = "") -> None:
    """The party is ``to``'s from now on (None: the pool's). It must be locked; its version rises.

    Rights, limits and the history are the verb's; the log line, the department of the day and the dates are done here.
    """
    before = party.owner_id
    party.owner, party.department_id = to, to.department_id if to else None
    party.owned_since = now if to else None
    redate(party)
    party.version += 1
    party.save(update_fields=["owner", "department", "owned_since", "due_on", "recycle_on", "version"])
    Holding.objects.create(
        lead=party if isinstance(party, Lead) else None,
        customer=party if isinstance(party, Customer) else None,
        how=how.value,
        user=to,
        before_id=before,
        reason=reason,
        at=now,
    )


def tell_given(kind: str, given: Mapping[int, Sequence[int]], *, by: Principal, now: datetime) -> None:
    """Tell whoever wants to know that leads or customers are these people's now (``hooks.on_given``)."""
    for tell in hooks.on_given:
        tell(kind, given, by, now)


def redate(party: Lead | Customer) -> None:
    """Work out ``due_on`` and ``recycle_on`` from what stands in memory (unsaved)."""
    for dates_of in hooks.dates_of:
        for name, value in dates_of(party).items():
            setattr(party, name, value)


def touched(*, at: datetime, lead: Lead | None = None, customer: Customer | None = None) -> None:
    """Somebody was in contact at that time: keeps the newest. Runs in the transaction of the follow-up."""
    if lead is not None:
        _touch(Lead, lead.pk, at)
    if customer is not None:
        _touch(Customer, customer.pk, at)


def _touch(model: type[Lead] | type[Customer], pk: int, at: datetime) -> None:
    older = Q(last_touch_at=None) | Q(last_touch_at__lt=at)
    rows = model._default_manager.filter(pk=pk)
    if rows.filter(older).update(last_touch_at=at):
        party = rows.defer("search_text", "attributes", "note").get()
        redate(party)
        rows.update(due_on=party.due_on, recycle_on=party.recycle_on)
