"""Whose a lead is, and whether it is followed at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.queries import history_of, key_of
from tuoke.spine.catalog.rules import Market, Scale, Segment
from tuoke.spine.customers.actions import hand_over, part, tell_given
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import receivers, records_of
from tuoke.spine.customers.rules import Handling, LeadStatus
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import Tick
from tuoke.spine.playbook.rules import StepKey
from tuoke.spine.playbook.rules.kinds import TICK
from tuoke.steps.leads.actions.shared import (
    assignable,
    change,
    locked,
    record_event,
    require_open,
    require_reason,
)
from tuoke.steps.leads.queries import clock, room_of, step_for, unsettled


@transaction.atomic
def assign_lead(*, lead: Lead, to: User, by: Principal, now: datetime) -> Lead:
    """分配 to a colleague within one's scope, from the pool or from another; his clock starts anew. Refused:
    may_not_assign, owner_not_allowed, same_owner, lead_closed, hands_full_of."""
    if not by.may(Permission.LEAD_ASSIGN):
        raise Refused(no("may_not_assign"))
    to = User.objects.select_for_update(no_key=True).get(pk=to.pk)  # one at a time looks at how much he holds
    lead = assignable(lead, by)
    if lead.owner_id == to.pk:
        raise Refused(no("same_owner", name=to.name))
    if to.pk not in receivers(by):
        raise Refused(no("owner_not_allowed", name=to.name, field="owner"))
    require_open(lead)
    verdict = room_of(to)
    if not verdict:
        raise Refused(verdict)
    before = lead.owner.name if lead.owner else ""
    hand_over(lead, to=to, how=Handling.TRANSFERRED if before else Handling.ASSIGNED, now=now)
    record_event("leads.assigned", lead, by=by, now=now, changes={"owner": (before, to.name)})
    tell_given("lead", {to.pk: [lead.pk]}, by=by, now=now)
    return lead


@transaction.atomic
def return_to_pool(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """退回公海, with a reason. Refused: reason_missing, reason_too_long, in_pool, lead_closed."""
    require_reason(reason)
    lead = locked(lead, by)
    require_open(lead)
    if lead.owner_id is None:
        raise Refused(no("in_pool"))
    before = lead.owner.name if lead.owner else ""
    hand_over(lead, to=None, how=Handling.RETURNED, now=now, reason=reason.strip())
    record_event("leads.returned", lead, by=by, now=now, facts={"reason": reason.strip(), "from": before})
    return lead


@transaction.atomic
def discard_lead(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """标为无效, with a reason; ``reopen_lead`` takes it back. Refused: reason_missing, reason_too_long, lead_closed."""
    require_reason(reason)
    lead = locked(lead, by)
    require_open(lead)
    change(lead, status=LeadStatus.DISCARDED.value, status_reason=reason.strip(), due_on=None, recycle_on=None)
    record_event("leads.discarded", lead, by=by, now=now, facts={"reason": reason.strip()})
    return lead


@transaction.atomic
def reopen_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """Follow a discarded lead again. Its clock stood still while it was closed: it neither goes back at once, nor does
    dropping and reopening win anybody time. Refused: not_discarded."""
    lead = locked(lead, by)
    if lead.status != LeadStatus.DISCARDED:
        raise Refused(no("not_discarded"))
    lead.status = LeadStatus.OPEN.value
    if lead.owner_id is not None:
        lead.owned_since = _moved(lead, now=now)
    change(lead, status=lead.status, status_reason="", owned_since=lead.owned_since, **clock().of(lead))
    record_event("leads.reopened", lead, by=by, now=now)
    return lead


def _moved(lead: Lead, *, now: datetime) -> datetime:
    """Since when the clock runs, later by as long as the lead was closed."""
    known = [moment for moment in (lead.owned_since, lead.last_touch_at) if moment is not None]
    closed = history_of(key_of(lead)).filter(kind="leads.discarded").values_list("at", flat=True).first()
    since = max(known, default=lead.created_at)
    return min(now, since + (now - closed)) if closed is not None else since


@transaction.atomic
def tell_apart(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """The exact look-alikes of today are another purchase: says who and why (S2.3). Refused: reason_missing,
    reason_too_long, nothing_to_tell_apart."""
    require_reason(reason)
    lead = locked(lead, by)
    hits = unsettled(lead, who=by)
    if not hits:
        raise Refused(no("nothing_to_tell_apart"))
    part(lead, records_of(hits), reason=reason, by=by, now=now)
    record_event("leads.told_apart", lead, by=by, now=now, facts={"reason": reason.strip(), "count": len(hits)})
    return lead


@transaction.atomic
def tick(*, lead: Lead, item: str, note: str, by: Principal, now: datetime) -> Tick:
    """Give one's word on a criterion that nothing else proves. Refused: unknown_item, note_too_long, lead_closed."""
    lead = locked(lead, by)
    require_open(lead)
    if item not in _ticks_of(lead):
        raise Refused(no("unknown_item", item=item))
    return playbook.tick(
        subject=lead, item=item, step=StepKey.LEADS, note=note, by=by, now=now, thread=lead, party=lead
    )


@transaction.atomic
def untick(*, lead: Lead, item: str, by: Principal, now: datetime) -> None:
    lead = locked(lead, by)
    require_open(lead)
    if item not in _ticks_of(lead):
        raise Refused(no("unknown_item", item=item))
    playbook.untick(subject=lead, item=item, by=by, now=now, thread=lead, party=lead)


def _ticks_of(lead: Lead) -> set[str]:
    """Keys of step 2 that a person's word can tick: actions, and criteria that nothing else proves."""
    found: set[str] = set()
    for scale in Scale:  # which type it will be is decided at conversion
        step = step_for(Segment(Market(lead.market), scale))
        if step is not None:
            found |= {action.key for action in step.actions}
            found |= {criterion.key for criterion in step.criteria if criterion.kind == TICK}
    return found
