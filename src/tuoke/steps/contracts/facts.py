"""What a deal's contract tells its gates (S7.1)."""

from __future__ import annotations

from tuoke.base.kernel.verdict import YES, Verdict, no
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


def signed_first(deal: Opportunity) -> Verdict:
    """``deals.hooks.against_winning``: a deal is won by its contract (P2a). One query."""
    signed = Contract.objects.signed().filter(opportunity=deal, kind=Kind.MAIN.value)
    return YES if signed.exists() else no("contract_unsigned")
