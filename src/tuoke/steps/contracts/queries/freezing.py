"""What a contract says at this moment, as a version would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.rules import Frozen, FrozenClause, Part, clause_seal


def frozen_now(contract: Contract, *, today: date) -> Frozen:
    """The contract was seen already; its deal, customer, signers and parent are loaded with it, or asked for. One query
    more for the clauses."""
    return frozen_of(contract, clauses_of(contract), today=today)


def frozen_of(contract: Contract, clauses: Sequence[Clause], *, today: date) -> Frozen:
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
