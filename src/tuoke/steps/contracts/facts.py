"""What a deal's contract tells its gates (S7.1)."""

from __future__ import annotations

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.deals.hooks import Signed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.queries import current_contract, standing
from tuoke.steps.contracts.rules import Kind

KINDS = frozenset({"contract_matches"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """Whether every clause keeps to what was agreed, or a manager accepted where it doesn't. A signed contract was judged
    when it was signed and stays so; one that was only noted afterwards was never compared. One query where there is none."""
    contract = current_contract(opportunity)
    if contract is None or contract.is_recorded:
        return {"contract_matches": False}
    if contract.is_signed:
        return {"contract_matches": True}
    found = standing(contract)
    return {"contract_matches": found.agreed is not None and bool(found.clauses) and not found.open}


def signed_for(deal: Opportunity) -> Signed | None:
    """``deals.hooks.signed``: the main contract, while it stands; amendments change what it comes to, not what the deal was
    won with. One query."""
    found = Contract.objects.signed().filter(opportunity=deal, kind=Kind.MAIN.value).first()
    if found is None or found.signed_on is None or found.amount is None:
        return None
    return Signed(found.number, found.signed_on, found.amount)


def signed_first(deal: Opportunity) -> Verdict:
    """``deals.hooks.against_winning``: a deal is won by its contract (P2a). One query."""
    signed = Contract.objects.signed().filter(opportunity=deal, kind=Kind.MAIN.value)
    return YES if signed.exists() else no("contract_unsigned")
