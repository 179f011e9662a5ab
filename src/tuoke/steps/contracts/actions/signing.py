"""Departures accepted, the contract signed, and ended."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal, Role
from tuoke.base.kernel.verdict import YES, Conflict, Refused, no
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.doors import ENTERED_LATE, began_on, not_before
from tuoke.spine.deals.queries import is_manager_of
from tuoke.steps.contracts import hooks
from tuoke.steps.contracts.actions.doors import held_contract, must, tell, writable
from tuoke.steps.contracts.actions.drafting import set_signed
from tuoke.steps.contracts.models import AcceptedDifference, Contract
from tuoke.steps.contracts.queries import readiness, standing
from tuoke.steps.contracts.rules import ContractState, Finding, SignDraft, reason_fault
from tuoke.steps.contracts.words import finding_line


@transaction.atomic
def accept(*, contract: Contract, key: str, seal: str, reason: str, by: Principal, now: datetime) -> AcceptedDifference:
    """A manager lets one finding stand, as it reads now (``seal``). Who owns the deal doesn't accept in his own matter,
    unless he is a director.

    Raises Refused: not_manager, own_difference, finding_gone (it reads otherwise by now), reason_missing, too_long.
    """
    contract = writable(contract, by=by)
    verdict = reason_fault(reason)
    if not is_manager_of(by, contract.opportunity):
        verdict &= no("not_manager")
    elif by.user_id == contract.opportunity.owner_id and Role.DIRECTOR not in by.roles:
        verdict &= no("own_difference")
    found = {(one.key, one.seal): one for one in standing(contract).open}.get((key, seal))
    if found is None:
        verdict &= no("finding_gone")
    must(verdict)
    assert found is not None
    assert by.user_id is not None, "a manager is a person"
    row = AcceptedDifference.objects.create(
        contract=contract, key=key, seal=seal, what=_what(found), reason=reason.strip(), by_id=by.user_id, at=now
    )
    contract.version += 1
    contract.save()
    tell("difference_accepted", contract, row, by=by, now=now, facts={"what": row.what, "reason": row.reason})
    return row


@transaction.atomic
def withdraw_acceptance(*, accepted: AcceptedDifference, by: Principal, now: datetime) -> AcceptedDifference:
    """The finding stands against signing again. Raises Refused: not_manager, contract_signed."""
    contract = writable(accepted.contract, by=by)
    if not is_manager_of(by, contract.opportunity):
        raise Refused(no("not_manager"))
    row = AcceptedDifference.objects.select_for_update().get(pk=accepted.pk, contract=contract)
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save()
        contract.version += 1
        contract.save()
        tell("acceptance_withdrawn", contract, row, by=by, now=now, facts={"what": row.what})
    return row


@transaction.atomic
def sign(*, contract: Contract, draft: SignDraft, by: Principal, now: datetime) -> Contract:
    """签署: exactly this version, on this day. The deal is won with the main contract's amount and date; an amendment
    changes what the contract comes to.

    Raises Conflict where ``draft.version_id`` isn't the newest version or the contract was changed since; Refused: every
    reason of ``queries.readiness``, signed_in_future, before_deal.
    """
    contract = writable(contract, by=by)
    today = timezone.localdate(now)
    found = standing(contract)
    verdict = draft.faults(today=today) & readiness(contract, today, of=found)
    verdict &= not_before(_earliest(contract), draft.signed_on, field="signed_on")
    if found.version is not None and found.version.pk != draft.version_id:
        raise Conflict(contract)
    must(verdict)
    assert found.version is not None, "readiness says version_missing"
    set_signed(contract, found.version, signed_on=draft.signed_on, by=by, now=now)
    facts = {"amount": contract.amount, "version": found.version.number, "on": draft.signed_on}
    tell("signed", contract, by=by, now=now, facts=facts)
    if not contract.is_amendment:
        deals.close_won(deal=contract.opportunity, by=by, now=now, amount=contract.amount, on=draft.signed_on)
    for told in hooks.on_signed:
        told(contract, by, now)
    return contract


@transaction.atomic
def terminate(*, contract: Contract, on: date, reason: str, by: Principal, now: datetime) -> Contract:
    """解除 a signed contract, with the day and the reason: its amount counts no more. A manager of the deal.

    Raises Refused: not_signed, not_manager, amendments_signed (of a main contract: those first), ended_out_of_range,
    reason_missing, too_long.
    """
    contract = held_contract(contract, by=by)
    verdict = reason_fault(reason) & (YES if contract.is_signed else no("not_signed"))
    if not is_manager_of(by, contract.opportunity):
        verdict &= no("not_manager")
    if contract.signed_on is not None and not contract.signed_on <= on <= timezone.localdate(now):
        verdict &= no("ended_out_of_range", field="on", first=contract.signed_on, last=timezone.localdate(now))
    if contract.amendments.exclude(state__in=[ContractState.TERMINATED.value, ContractState.WITHDRAWN.value]).exists():
        verdict &= no("amendments_signed")
    must(verdict)
    contract.state, contract.ended_on = ContractState.TERMINATED.value, on
    contract.ended_reason = reason.strip()
    contract.version += 1
    contract.save()
    tell("terminated", contract, by=by, now=now, facts={"reason": contract.ended_reason, "on": on})
    for told in hooks.on_ended:
        told(contract, by, now)
    return contract


def _earliest(contract: Contract) -> date:
    """Of an amendment the day of what it amends."""
    if contract.parent is not None and contract.parent.signed_on is not None:
        return contract.parent.signed_on
    return began_on(contract.opportunity) - ENTERED_LATE


def _what(found: Finding) -> str:
    return finding_line(found)[:200]
