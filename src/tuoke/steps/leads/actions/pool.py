"""公海 (S2.6): leads and customers are claimed, given back and taken back. Limits are counted in the claim log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.actions import hand_over, tell_given
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.queries import receivers
from tuoke.spine.customers.rules import Handling
from tuoke.steps.leads.actions.shared import record_event, require_open, require_reason
from tuoke.steps.leads.queries import pool_policy, room_of
from tuoke.steps.leads.queries.pool import Party, claimer_of, judged, pooled_days

MOST_AT_ONCE = 200
"""So many may be claimed in one press."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What came of claiming several: those that one has now, and the others with their reasons."""

    claimed: list[Lead]
    refused: list[tuple[Lead, Verdict]]


@transaction.atomic
def claim_lead(*, lead: Lead, by: Principal, now: datetime) -> Lead:
    """领取 from the pool. Two at once: one gets it, the other is told who (Refused already_claimed, name).

    Also refused, with figures: claims_used_up, hands_full, cooling_down, too_new_in_pool; may_not_write, lead_closed.
    """
    owner = _claimer(by, Permission.LEAD_WRITE)
    lead = Lead.objects.select_for_update().get(pk=lead.pk)
    _require_pooled(lead, by=by)
    require_open(lead)
    policy, today = pool_policy(), timezone.localdate(now)
    claimer = claimer_of(owner.pk, policy=policy, now=now)
    verdict = judged(policy, claimer, lead, pooled_on=pooled_days([lead])[lead.pk], today=today)
    if not verdict:
        raise Refused(verdict)
    _claim_lead(lead, owner, by=by, now=now)
    return lead


@transaction.atomic
def claim_many(*, leads: Sequence[int], by: Principal, now: datetime) -> Claims:
    """领取 several, in their order, as far as the limits go; each that can't be had comes back with its reasons.

    Refused as a whole: may_not_write, nothing_chosen, too_many_chosen.
    """
    owner = _claimer(by, Permission.LEAD_WRITE)
    wanted = list(dict.fromkeys(leads))
    if not wanted:
        raise Refused(no("nothing_chosen"))
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(no("too_many_chosen", limit=MOST_AT_ONCE))
    rows = Lead.objects.real().select_for_update().prefetch_related("owner").order_by("pk")
    # Whoever saw them in the pool a moment ago is told who was faster; about others nothing is said.
    found = {lead.pk: lead for lead in rows.filter(pk__in=wanted)}
    policy, today = pool_policy(), timezone.localdate(now)
    claimer = claimer_of(owner.pk, policy=policy, now=now)
    pooled = pooled_days(list(found.values()))
    result = Claims([], [])
    for lead in (found[pk] for pk in wanted if pk in found):
        try:
            _require_pooled(lead, by=by)
            require_open(lead)
        except Refused as refusal:
            result.refused.append((lead, refusal.verdict))
            continue
        verdict = judged(policy, claimer, lead, pooled_on=pooled[lead.pk], today=today)
        if not verdict:
            result.refused.append((lead, verdict))
            continue
        _claim_lead(lead, owner, by=by, now=now)
        claimer = claimer.after_claim()
        result.claimed.append(lead)
    return result


@transaction.atomic
def claim_customer(*, customer: Customer, by: Principal, now: datetime) -> Customer:
    """领取 a customer from the pool; the same limits, counted together with leads. Refused as ``claim_lead``."""
    owner = _claimer(by, Permission.CUSTOMER_WRITE)
    customer = Customer.objects.real().select_for_update().get(pk=customer.pk)
    _require_pooled(customer, by=by)
    policy, today = pool_policy(), timezone.localdate(now)
    claimer = claimer_of(owner.pk, policy=policy, now=now)
    verdict = judged(policy, claimer, customer, pooled_on=pooled_days([customer])[customer.pk], today=today)
    if not verdict:
        raise Refused(verdict)
    hand_over(customer, to=owner, how=Handling.CLAIMED, now=now)
    _record("leads.customer_claimed", customer, by=by, now=now, facts={"owner": owner.name})
    return customer


@transaction.atomic
def return_customer(*, customer: Customer, reason: str, by: Principal, now: datetime) -> Customer:
    """退回公海, with a reason. Refused: reason_missing, reason_too_long, in_pool, customer_pursued (a deal runs)."""
    require_reason(reason)
    customer = Customer.objects.visible_to(by, "write").select_for_update().get(pk=customer.pk)
    if customer.owner_id is None:
        raise Refused(no("in_pool"))
    if customer.opportunities.running().real().exists():
        raise Refused(no("customer_pursued"))
    before = customer.owner.name if customer.owner else ""
    hand_over(customer, to=None, how=Handling.RETURNED, now=now, reason=reason.strip())
    facts = {"reason": reason.strip(), "from": before}
    _record("leads.customer_returned", customer, by=by, now=now, facts=facts)
    return customer


@transaction.atomic
def assign_customer(*, customer: Customer, to: User, by: Principal, now: datetime) -> Customer:
    """分配 a customer of the pool to a colleague within one's scope. Refused: may_not_assign, owner_not_allowed,
    already_claimed, hands_full_of."""
    if not by.may(Permission.LEAD_ASSIGN):
        raise Refused(no("may_not_assign"))
    to = User.objects.select_for_update(no_key=True).get(pk=to.pk)
    customer = Customer.objects.real().select_for_update().get(pk=customer.pk)
    if customer.owner is not None:
        raise Refused(no("already_claimed", name=customer.owner.name))
    if to.pk not in receivers(by, Permission.CUSTOMER_WRITE):
        raise Refused(no("owner_not_allowed", name=to.name, field="owner"))
    verdict = room_of(to)
    if not verdict:
        raise Refused(verdict)
    hand_over(customer, to=to, how=Handling.ASSIGNED, now=now)
    record(
        kind="customers.transferred", subject=customer, thread=customer, party=customer, by=by, at=now,
        changes={"owner": ("", to.name)},
    )  # fmt: skip
    tell_given("customer", {to.pk: [customer.pk]}, by=by, now=now)
    return customer


def _claimer(by: Principal, permission: Permission) -> User:
    """The person's row, locked first of all: what he may still claim is counted by one at a time."""
    if not by.may(permission) or by.user_id is None:
        raise Refused(no("may_not_write"))
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id)


def _require_pooled(party: Party, *, by: Principal) -> None:
    """The owner is read after the lock: joined to it, PostgreSQL would still give the one from before the wait."""
    if party.owner_id is not None and party.owner is not None:
        code = "already_yours" if party.owner_id == by.user_id else "already_claimed"
        raise Refused(no(code, name=party.owner.name))


def _claim_lead(lead: Lead, owner: User, *, by: Principal, now: datetime) -> None:
    hand_over(lead, to=owner, how=Handling.CLAIMED, now=now)
    record_event("leads.claimed", lead, by=by, now=now, facts={"owner": owner.name})


def _record(kind: str, customer: Customer, *, by: Principal, now: datetime, facts: dict[str, str]) -> None:
    record(kind=kind, subject=customer, thread=customer, party=customer, by=by, at=now, facts=facts)
