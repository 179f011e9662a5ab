"""Whose a lead is, and whether it is followed at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.spine.catalog.rules import Market, Scale, Segment
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import receivers
from tuoke.spine.customers.rules import LeadStatus
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
from tuoke.steps.leads.queries import step_for, unsettled


@transaction.atomic
def claim_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """领取 from the pool. Two at once: one gets it, the other is told who (Refused already_claimed, name)."""
    if not by.may(Permission.LEAD_WRITE) or by.user_id is None:
        raise Refused(no("may_not_write"))
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    if lead.owner_id is not None:
        code = "already_yours" if lead.owner_id == by.user_id else "already_claimed"
        raise Refused(no(code, name=lead.owner.name if lead.owner else ""))
    require_open(lead)
    owner = User.objects.get(pk=by.user_id)
    change(lead, owner_id=owner.pk, department_id=owner.department_id)
    record_event("leads.claimed", lead, by=by, now=now, facts={"owner": owner.name})
    return lead


@transaction.atomic
def assign_lead(*, lead: Lead, to: User, by: Principal, now: datetime) -> Lead:
    """分配 to a colleague within one's scope, from the pool or from another. Refused: may_not_assign,
    owner_not_allowed, same_owner, lead_closed."""
    if not by.may(Permission.LEAD_ASSIGN):
        raise Refused(no("may_not_assign"))
    lead = assignable(lead, by)
    if lead.owner_id == to.pk:
        raise Refused(no("same_owner", name=to.name))
    if to.pk not in receivers(by):
        raise Refused(no("owner_not_allowed", name=to.name, field="owner"))
    require_open(lead)
    before = lead.owner.name if lead.owner else ""
    change(lead, owner_id=to.pk, department_id=to.department_id)
    record_event("leads.assigned", lead, by=by, now=now, changes={"owner": (before, to.name)})
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
    change(lead, owner_id=None, department_id=None)
    record_event("leads.returned", lead, by=by, now=now, facts={"reason": reason.strip(), "from": before})
    return lead


@transaction.atomic
def discard_lead(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """标为无效, with a reason; ``reopen_lead`` takes it back. Refused: reason_missing, reason_too_long, lead_closed."""
    require_reason(reason)
    lead = locked(lead, by)
    require_open(lead)
    change(lead, status=LeadStatus.DISCARDED.value, status_reason=reason.strip())
    record_event("leads.discarded", lead, by=by, now=now, facts={"reason": reason.strip()})
    return lead


@transaction.atomic
def reopen_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """Follow a discarded lead again. Refused: not_discarded."""
    lead = locked(lead, by)
    if lead.status != LeadStatus.DISCARDED:
        raise Refused(no("not_discarded"))
    change(lead, status=LeadStatus.OPEN.value, status_reason="")
    record_event("leads.reopened", lead, by=by, now=now)
    return lead


@transaction.atomic
def tell_apart(*, lead: Lead, reason: str, by: Principal, now: datetime) -> Lead:
    """The exact look-alikes of today are another purchase: says who and why (S2.3). Refused: reason_missing,
    reason_too_long, nothing_to_tell_apart."""
    require_reason(reason)
    lead = locked(lead, by)
    hits = unsettled(lead, who=by)
    if not hits:
        raise Refused(no("nothing_to_tell_apart"))
    change(lead, distinct_from=sorted({*lead.distinct_from, *(hit.key for hit in hits)}))
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
