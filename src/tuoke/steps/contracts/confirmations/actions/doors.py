"""What every verb of this room begins with, and how an answer is kept and told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.doors import is_open, must
from tuoke.steps.contracts.actions.doors import SECTION, held_contract
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation
from tuoke.steps.contracts.confirmations.queries import stands_of
from tuoke.steps.contracts.confirmations.rules import NAMED_MOST, ClauseStand
from tuoke.steps.contracts.models import Contract, ContractVersion
from tuoke.steps.contracts.queries import latest_version
from tuoke.steps.contracts.rules import may_write

__all__ = [
    "asked_about", "contact_of", "held_contract", "is_open", "keep", "may_confirm", "must", "rows_of", "tell",
    "text_fault", "titles",
]  # fmt: skip


def may_confirm(contract: Contract) -> Verdict:
    """contract_signed · contract_ended · deal_closed."""
    return may_write(contract.standing) & is_open(contract.opportunity)


def asked_about(contract: Contract, *, version_id: int) -> ContractVersion:
    """The newest version, if it is the one that was read. Refused: no_version, version_superseded (with its number)."""
    newest = latest_version(contract)
    if newest is None:
        raise Refused(no("no_version"))
    if newest.pk != version_id:
        raise Refused(no("version_superseded", number=newest.number))
    newest.contract = contract
    return newest


def rows_of(version: ContractVersion, clause_ids: Collection[int] | None) -> list[ClauseStand]:
    """The clauses meant; None: all. Refused: clause_unknown."""
    rows = stands_of(version.contract, version.frozen)
    if clause_ids is None:
        return list(rows)
    found = [row for row in rows if row.clause.clause_id in clause_ids]
    if len(found) != len(set(clause_ids)):
        raise Refused(no("clause_unknown"))
    return found


def keep(version: ContractVersion, rows: Sequence[ClauseStand], **said: Any) -> list[ClauseConfirmation]:
    return ClauseConfirmation.objects.bulk_create(
        ClauseConfirmation(
            contract_id=version.contract_id, version=version, clause_id=row.clause.clause_id,
            title=row.clause.title[:120], seal=row.clause.seal, **said,
        )
        for row in rows
    )  # fmt: skip


def contact_of(contact_id: int | None, contract: Contract) -> Contact | None:
    return Contact.objects.filter(pk=contact_id or 0, customer_id=contract.opportunity.customer_id).first()


def titles(rows: Sequence[ClauseStand]) -> dict[str, Any]:
    """As the history keeps which clauses were meant."""
    return {"count": len(rows), "titles": [f"{row.number}. {row.clause.title}" for row in rows[:NAMED_MOST]]}


def tell(
    kind: str,
    version: ContractVersion,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    facts: Mapping[str, Any],
) -> None:
    """Into the deal's timeline and the customer's, for those who may read contracts."""
    contract = version.contract
    deal = contract.opportunity
    record(
        kind=f"confirmations.{kind}",
        subject=subject,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        facts={"number": contract.number, "version": version.number, **facts},
        section=SECTION,
    )


def nothing_left(rows: Sequence[ClauseStand]) -> Verdict:
    return YES if rows else no("nothing_to_confirm")
