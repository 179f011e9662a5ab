"""Reads of contracts. Each starts from ``visible_to``, or from a deal or contract that the caller holds."""

from tuoke.steps.contracts.queries.current import contract_amount, current_contract, latest_version, signed_contracts
from tuoke.steps.contracts.queries.drafting import clauses_offered, known_of, templates_for
from tuoke.steps.contracts.queries.freezing import clauses_of, frozen_now, frozen_of
from tuoke.steps.contracts.queries.judging import (
    Judged,
    Standing,
    against_version,
    findings_of,
    readiness,
    signed_amendments,
    standing,
)

__all__ = [
    "Judged",
    "Standing",
    "against_version",
    "clauses_of",
    "clauses_offered",
    "contract_amount",
    "current_contract",
    "findings_of",
    "frozen_now",
    "frozen_of",
    "known_of",
    "latest_version",
    "readiness",
    "signed_amendments",
    "signed_contracts",
    "standing",
    "templates_for",
]
