"""What becomes of the schedule when its contract is terminated: what came in stays, nobody is asked for the rest."""

from __future__ import annotations

from copy import copy
from datetime import datetime

from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.payments.actions.doors import recount, tell
from tuoke.steps.contracts.payments.actions.planning import said
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.payments.queries.book import ZERO, basis_of
from tuoke.steps.contracts.payments.rules import NAME_LIMIT, REASON_LIMIT, Source
from tuoke.steps.contracts.rules import ContractState


def after_ending(contract: Contract, by: Principal, now: datetime) -> None:
    """``contracts.hooks.on_ended``, in its transaction (the deal is locked): what a terminated contract still had to bring
    is withdrawn with the reason, and can be brought back. An amendment's share nobody can tell: the page says that the
    instalments come to more than the contract."""
    if contract.state != ContractState.TERMINATED or contract.is_amendment:
        return
    reason = _("合同 %(number)s 已解除：%(reason)s") % {"number": contract.number, "reason": contract.ended_reason}
    for row in Instalment.objects.open().filter(opportunity=contract.opportunity_id).order_by("id"):
        row.opportunity = contract.opportunity
        rest = _divided(row, reason=reason, by=by, now=now) if row.received else row
        _withdrawn(rest, reason=reason, by=by, now=now)


def after_refund(row: Instalment, *, by: Principal, now: datetime) -> None:
    """What a terminated contract gave back isn't due anew. The deal is locked, ``row`` is counted."""
    basis, contract = basis_of(row.opportunity)
    if basis.source is not Source.ENDED or contract is None or row.withdrawn_at is not None:
        return
    if row.received:
        _cut(row)
    else:
        reason = _("合同 %(number)s 已解除，款项已退回") % {"number": contract.number}
        _withdrawn(row, reason=reason, by=by, now=now)


def _divided(row: Instalment, *, reason: str, by: Principal, now: datetime) -> Instalment:
    """``row`` comes down to what was received; its rest, an instalment of its own, isn't saved."""
    rest, before = copy(row), row.amount
    rest.pk, rest._state.adding = None, True
    rest.name = (_("%(name)s（未付部分）") % {"name": row.name})[:NAME_LIMIT]
    rest.amount, rest.received, rest.created_at, rest.created_by_id = row.rest, ZERO, now, by.user_id
    _cut(row)
    facts = {**said(row), "reason": reason}
    tell("changed", row, by=by, now=now, changes={"amount": (before, row.amount)}, facts=facts)
    return rest


def _cut(row: Instalment) -> None:
    row.amount = row.received
    row.version += 1
    row.save(update_fields=["amount", "version"])
    recount([row])


def _withdrawn(row: Instalment, *, reason: str, by: Principal, now: datetime) -> None:
    row.withdrawn_at, row.withdrawn_reason = now, reason[:REASON_LIMIT]
    row.version += 1
    row.save()
    tell("withdrawn", row, by=by, now=now, facts={**said(row), "reason": reason})
