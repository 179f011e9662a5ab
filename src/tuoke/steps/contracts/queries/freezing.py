"""What a contract says at this moment, as a version would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q

from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.rules import (
    ContractState,
    Frozen,
    FrozenClause,
    Part,
    Said,
    amended,
    clause_seal,
    head_changes,
    standing_clauses,
)


def frozen_now(contract: Contract, *, today: date) -> Frozen:
    """The contract was seen already; its deal, customer, signers and parent are loaded with it, or asked for. One query
    more for the clauses."""
    return frozen_of(contract, clauses_of(contract), today=today)


def frozen_of(contract: Contract, clauses: Sequence[Clause], *, today: date) -> Frozen:
    """An amendment with what it changes of the contract as it stands: one query more."""
    frozen = _frozen_of(contract, clauses, today=today)
    if contract.parent_id is None:
        return frozen
    signed = signed_before(contract)
    found = amended([said_of(clause) for clause in clauses], standing_clauses(signed))
    return replace(
        frozen,
        clauses=tuple(
            replace(one, alters=found[one.clause_id].alters) if one.clause_id in found else one
            for one in frozen.clauses
        ),
        changes=(*_total(contract, signed), *head_changes(frozen, signed)),
    )


def signed_before(contract: Contract) -> list[Frozen]:
    """What an amendment changes: the main contract as it was signed, then the amendments signed before. One query."""
    earlier = Q(parent=contract.parent_id, state=ContractState.SIGNED.value)
    if contract.pk is not None:
        earlier &= Q(pk__lt=contract.pk)
    rows = Contract.objects.filter(Q(pk=contract.parent_id) | earlier).select_related("signed_version").order_by("id")
    return [row.signed_version.frozen for row in rows if row.signed_version is not None]


def said_of(clause: Clause) -> Said:
    """``clause.source`` is loaded with it."""
    item = clause.source.item_id if clause.source is not None else 0
    return Said(clause.pk, Part(clause.part), clause.title, clause.text, item)


def _total(contract: Contract, signed: Sequence[Frozen]) -> list[tuple[str, str, str]]:
    before = sum((Decimal(one.amount) for one in signed if one.amount), Decimal(0))
    return [("total", f"{before:.2f}", f"{before + contract.amount:.2f}")] if contract.amount else []


def _frozen_of(contract: Contract, clauses: Sequence[Clause], *, today: date) -> Frozen:
    parent = contract.parent
    return Frozen(
        number=contract.number,
        title=contract.title,
        kind=contract.kind,
        customer=contract.opportunity.customer.name,
        our_party=contract.our_party,
        their_party=contract.their_party,
        our_signer=contract.our_signer.name if contract.our_signer else "",
        their_signer=contract.their_signer.name if contract.their_signer else "",
        amount="" if contract.amount is None else f"{contract.amount:.2f}",
        tax_note=contract.tax_note,
        starts_on=_iso(contract.starts_on),
        ends_on=_iso(contract.ends_on),
        delivery_days=contract.delivery_days or 0,
        delivery_on=_iso(contract.delivery_on),
        main=parent.number if parent else "",
        made_on=today.isoformat(),
        clauses=tuple(frozen_clause(clause) for clause in clauses),
    )


def clauses_of(contract: Contract) -> list[Clause]:
    """In the order in which they are read, without those left out. One query."""
    order = {part.value: place for place, part in enumerate(Part)}
    found = Clause.objects.standing().filter(contract=contract).select_related("source__item")
    return sorted(found, key=lambda clause: (order[clause.part], clause.position, clause.pk))


def frozen_clause(clause: Clause) -> FrozenClause:
    return FrozenClause(
        clause_id=clause.pk,
        part=clause.part,
        title=clause.title,
        text=clause.text,
        seal=clause_seal(part=clause.part, title=clause.title, text=clause.text),
        must_keep=clause.must_keep,
        source_version=clause.source_id or 0,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
