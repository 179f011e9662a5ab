"""What a contract is, and what may be done with it when (S7.1)."""

from __future__ import annotations

from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no

TITLE_LIMIT = 120
PARTY_LIMIT = 120
NOTE_LIMIT = 200
TEXT_LIMIT = 5000
MOST_CLAUSES = 80
REASON_LIMIT = 500


class Kind(StrEnum):
    MAIN = "main"
    AMENDMENT = "amendment"


class Part(StrEnum):
    """The four that S7.1 names, and our own."""

    SCOPE = "scope"
    STANDARD = "standard"
    PAYMENT = "payment"
    BREACH = "breach"
    OWN = "own"


NEEDED = (Part.SCOPE, Part.STANDARD, Part.PAYMENT, Part.BREACH)
"""No main contract goes without one of them."""


class ContractState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


def may_write(state: ContractState) -> Verdict:
    """What was signed isn't changed any more, but amended."""
    if state is ContractState.SIGNED:
        return no("contract_signed")
    if state in (ContractState.WITHDRAWN, ContractState.TERMINATED):
        return no("contract_ended")
    return YES
