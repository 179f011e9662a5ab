"""Decisions of the proposal: plain Python, no Django, no clock, no words (S5.1, S5.4)."""

from tuoke.steps.proposals.rules.content import (
    CoverageRow,
    Frozen,
    FrozenClaim,
    FrozenProof,
    FrozenSection,
    parse,
    seal,
    store,
)
from tuoke.steps.proposals.rules.states import (
    NOTE_LIMIT,
    PROOFS_MOST,
    SECTIONS_MOST,
    TEXT_LIMIT,
    TITLE_LIMIT,
    ProposalState,
)

__all__ = [
    "NOTE_LIMIT", "PROOFS_MOST", "SECTIONS_MOST", "TEXT_LIMIT", "TITLE_LIMIT", "CoverageRow", "Frozen", "FrozenClaim", "FrozenProof",
    "FrozenSection", "ProposalState", "parse", "seal", "store",
]  # fmt: skip
