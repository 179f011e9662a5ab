"""A contract beside what was agreed: findings, what of them was accepted, and what stands against signing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import may_win
from tuoke.steps.contracts import hooks
from tuoke.steps.contracts.models import AcceptedDifference, Clause, Contract, ContractVersion, total_of
from tuoke.steps.contracts.queries.current import latest_version
from tuoke.steps.contracts.queries.freezing import clauses_of, frozen_of, said_of, signed_before
from tuoke.steps.contracts.rules import (
    Agreed,
    Amended,
    Basis,
    Finding,
    Kind,
    Line,
    Part,
    Sheet,
    Sort,
    What,
    against,
    amended,
    compare,
    may_write,
    seal,
    standing_clauses,
    store,
    values_of,
)
from tuoke.steps.negotiation.rounds.models import AgreedTerms
from tuoke.steps.negotiation.rounds.queries import agreed_terms
from tuoke.steps.proposals.offers.queries import current_offer, lines_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the manager's word that it may stand."""

    finding: Finding
    accepted: AcceptedDifference | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A contract as it stands now, judged. ``version`` is the newest; it ``is_current`` where nothing changed since."""

    contract: Contract
    clauses: Sequence[Clause]
    amended: Mapping[int, Amended]
    agreed: AgreedTerms | None
    judged: Sequence[Judged]
    version: ContractVersion | None
    is_current: bool
    main_total: Decimal | None

    @property
    def open(self) -> list[Finding]:
        return [one.finding for one in self.judged if one.accepted is None]

    @property
    def accepted(self) -> list[Judged]:
        return [one for one in self.judged if one.accepted is not None]


def standing(contract: Contract) -> Standing:
    """A constant number of queries. The contract was seen already, its deal is loaded with it."""
    clauses = clauses_of(contract)
    agreed = agreed_terms(contract.opportunity)
    version = latest_version(contract)
    now = store(frozen_of(contract, clauses, today=date(2000, 1, 1)))
    main = contract.parent
    main_total = total_of([main, *signed_amendments(main)]) if main is not None else None
    changes = _amended(contract, clauses)
    return Standing(
        contract=contract,
        clauses=clauses,
        amended=changes,
        agreed=agreed,
        judged=_judged(contract, clauses, agreed, main_total=main_total, changes=changes),
        version=version,
        is_current=version is not None and version.seal == seal(now),
        main_total=main_total,
    )


def findings_of(contract: Contract) -> list[Finding]:
    """Every departure from what was agreed that nobody accepted as it now reads."""
    return standing(contract).open


def readiness(contract: Contract, today: date, *, of: Standing | None = None) -> Verdict:
    """Every reason against signing the contract as it now reads; also those of the rooms beside it. ``of``: it was judged
    already."""
    found = of or standing(contract)
    verdict = may_write(contract.standing)
    if not verdict:
        return verdict
    if contract.kind == Kind.MAIN:
        verdict &= may_win(contract.opportunity.standing)
    elif contract.parent is None or not contract.parent.is_signed:
        verdict &= no("main_not_signed")
    frozen = frozen_of(contract, found.clauses, today=today)
    is_frozen = found.version is not None and found.is_current
    basis = Basis(
        contract.agreed.number if contract.agreed else None, found.agreed.number if found.agreed is not None else None
    )
    verdict &= against(frozen, found.open, basis=basis, main_total=found.main_total, has_version=is_frozen)
    if found.version is not None and found.is_current:
        verdict &= against_version(found.version)
    return verdict


def against_version(version: ContractVersion) -> Verdict:
    """What the rooms beside have against signing exactly this version."""
    verdict = YES
    for judge in hooks.against_signing:
        verdict &= judge(version)
    return verdict


def signed_amendments(main: Contract) -> list[Contract]:
    return list(Contract.objects.signed().filter(parent=main).order_by("id"))


def _judged(
    contract: Contract,
    clauses: Sequence[Clause],
    agreed: AgreedTerms | None,
    *,
    main_total: Decimal | None,
    changes: Mapping[int, Amended],
) -> list[Judged]:
    if contract.is_recorded:
        return []
    sheet = _sheet(contract, clauses)
    found = (
        compare(sheet, _agreed(contract, agreed, clauses))
        if contract.kind == Kind.MAIN
        else (*_of_amendment(sheet, contract, agreed, main_total), *_misquoted(changes, main_total))
    )
    accepted = {(one.key, one.seal): one for one in AcceptedDifference.objects.standing().filter(contract=contract)}
    return [Judged(one, accepted.get((one.key, one.seal))) for one in found]


def _amended(contract: Contract, clauses: Sequence[Clause]) -> Mapping[int, Amended]:
    """What each clause of an amendment changes. One query, none of a main contract."""
    if contract.parent_id is None:
        return {}
    return amended([said_of(clause) for clause in clauses], standing_clauses(signed_before(contract)))


def _misquoted(changes: Mapping[int, Amended], main_total: Decimal | None) -> Iterator[Finding]:
    """由 30% 改为 50%, where the contract says 40%."""
    for clause_id, change in changes.items():
        for said, stands in change.wrong:
            if main_total is not None and any(value.amount == main_total for value in values_of(said)):
                continue
            yield Finding(
                f"misquoted:{clause_id}:{said}"[:80], Part(change.target.part), Sort.CONTRADICTS, What.TERM,
                name=change.target.title[:60], agreed=stands, contract=said, clause_id=clause_id,
            ).sealed()  # fmt: skip


def _of_amendment(
    sheet: Sheet, contract: Contract, agreed: AgreedTerms | None, main_total: Decimal | None
) -> tuple[Finding, ...]:
    """An amendment says only what changes: foreign amounts; a total that is neither what the contract came to, nor what it
    comes to with the amendment, nor the change itself; the price, where it was agreed anew after the signature."""
    main, change, before = contract.parent, contract.amount or Decimal(0), main_total or Decimal(0)
    known = {f"{amount:.2f}" for amount in (before, abs(change))}
    found = [
        one
        for one in compare(replace(sheet, amount=before + change), None)
        if not one.key.startswith("part:") and one.contract not in known
    ]
    is_anew = agreed is not None and main is not None and main.agreed_id != agreed.pk and main.agreed_id is not None
    if is_anew and agreed is not None and agreed.price is not None:
        total = (main_total or Decimal(0)) + (contract.amount or Decimal(0))
        found += [one for one in compare(Sheet(amount=total), Agreed(agreed.terms)) if one.key == "price"]
    return tuple(found)


def _sheet(contract: Contract, clauses: Sequence[Clause]) -> Sheet:
    return Sheet(
        amount=contract.amount,
        delivery_days=contract.delivery_days,
        delivery_on=contract.delivery_on,
        starts_on=contract.starts_on,
        clauses=[said_of(clause) for clause in clauses],
    )


def _agreed(contract: Contract, agreed: AgreedTerms | None, clauses: Sequence[Clause]) -> Agreed | None:
    """None while nothing is agreed: then there is nothing to compare with, and that itself stands against signing."""
    if agreed is None:
        return None
    return Agreed(agreed.terms, lines=offered_lines(contract.opportunity), kept=_kept(contract))


def _kept(contract: Contract) -> list[tuple[int, str]]:
    """What must be kept, as it came into this contract."""
    rows = Clause.objects.filter(contract=contract, must_keep=True, source__isnull=False)
    return list(dict.fromkeys(rows.values_list("source__item_id", "title")))


def offered_lines(deal: Opportunity) -> list[Line]:
    """What the current offer's price is for. Two queries, one where there is none."""
    offer = current_offer(deal)
    return [Line(line.name, line.quantity, line.unit) for line in lines_of(offer)] if offer is not None else []
