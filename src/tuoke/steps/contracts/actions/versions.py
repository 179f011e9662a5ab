"""Versions: what a contract said when it was confirmed, cleared, printed or signed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.services.exchange.rules import text_fault
from tuoke.steps.contracts import hooks
from tuoke.steps.contracts.actions.doors import must, tell, writable
from tuoke.steps.contracts.models import Contract, ContractVersion
from tuoke.steps.contracts.queries import frozen_now, latest_version
from tuoke.steps.contracts.rules import NOTE_LIMIT, seal, store


@transaction.atomic
def freeze(*, contract: Contract, note: str = "", by: Principal, now: datetime) -> ContractVersion:
    """The version that says what the contract says now: a new one, or the newest where nothing changed since.

    Raises Refused: contract_signed, contract_ended, deal_closed, no_clauses, text_too_long.
    """
    contract = writable(contract, by=by)
    must(text_fault(note, field="note", limit=NOTE_LIMIT))
    return frozen_as_it_is(contract, note=note, by=by, now=now)


def frozen_as_it_is(contract: Contract, *, note: str, by: Principal, now: datetime) -> ContractVersion:
    """As ``freeze``, for a verb that holds the contract already."""
    frozen = frozen_now(contract, today=timezone.localdate(now))
    if not frozen.clauses:
        raise Refused(no("no_clauses"))
    content = store(frozen)
    newest = latest_version(contract)
    if newest is not None and newest.seal == seal(content):
        return newest
    version = ContractVersion.objects.create(
        contract=contract,
        number=newest.number + 1 if newest else 1,
        content=content,
        seal=seal(content),
        note=note.strip(),
        made_by_id=by.user_id,
        made_at=now,
    )
    tell("frozen", contract, version, by=by, now=now, facts={"version": version.number, "note": version.note})
    for told in hooks.on_frozen:
        told(version, by, now)
    return version
