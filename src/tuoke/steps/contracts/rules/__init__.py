"""What a contract says, and how that is compared with what was agreed (S7.1)."""

from tuoke.steps.contracts.rules.content import Frozen, FrozenClause, clause_seal, fingerprint, parse, seal, store
from tuoke.steps.contracts.rules.states import (
    MOST_CLAUSES,
    NEEDED,
    NOTE_LIMIT,
    PARTY_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    ContractState,
    Kind,
    Part,
    may_write,
)

__all__ = [
    "MOST_CLAUSES",
    "NEEDED",
    "NOTE_LIMIT",
    "PARTY_LIMIT",
    "REASON_LIMIT",
    "TEXT_LIMIT",
    "TITLE_LIMIT",
    "ContractState",
    "Frozen",
    "FrozenClause",
    "Kind",
    "Part",
    "clause_seal",
    "fingerprint",
    "may_write",
    "parse",
    "seal",
    "store",
]
