"""What the customer spends, and over how many years it is counted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.records.actions import changes_between
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.values.actions.doors import held, is_open, must, tell
from tuoke.steps.proposals.values.models import ValueModel
from tuoke.steps.proposals.values.rules import NOTE_LIMIT, Spending


@transaction.atomic
def set_spending(
    *, deal: Opportunity, version: int, spending: Spending, note: str, by: Principal, now: datetime
) -> ValueModel:
    """``version`` 0 where nothing was said yet. Raises Conflict; Refused: the figures' faults, deal_closed."""
    deal = held(deal, by=by)
    must(is_open(deal) & spending.faults() & text_fault(note, field="note", limit=NOTE_LIMIT))
    found = ValueModel.objects.filter(opportunity=deal).first()
    if version != (found.version if found else 0):
        raise Conflict(found)
    model = found or ValueModel(opportunity=deal, version=0)
    after = {
        "investment": spending.investment, "running": spending.running, "delay": spending.delay,
        "years": spending.years, "note": note.strip(),
    }  # fmt: skip
    changes = changes_between(before={name: getattr(model, name) for name in after}, after=after)
    if not changes and found:
        return model
    for name, value in after.items():
        setattr(model, name, value)
    model.version += 1
    model.save()
    tell("spending_set", deal, model, by=by, now=now, changes=changes)
    return model
