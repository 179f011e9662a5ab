"""Decisions of the proposal: plain Python, no Django, no clock, no words (S5.1, S5.4)."""

from tuoke.spine.library.rules import Quantity, covers
from tuoke.steps.proposals.rules.claims import Claim, Evidence, claims_in, covering, figures_of, uncovered
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
from tuoke.steps.proposals.rules.differences import SectionChange, VersionChange, between
from tuoke.steps.proposals.rules.drafting import Phrases, Proposed, Said, filled_block, heading_of, outline
from tuoke.steps.proposals.rules.judging import (
    MUST_BE_OWN,
    Answer,
    Asked,
    Judged,
    Lack,
    Readiness,
    Written,
    answer_to,
    coverage_table,
    judge_section,
    readiness_of,
)
from tuoke.steps.proposals.rules.naming import discretion
from tuoke.steps.proposals.rules.own_facts import FactKind, Known, OwnFact, Told, known_of
from tuoke.steps.proposals.rules.states import (
    NOTE_LIMIT,
    PART_ORDER,
    PROOFS_MOST,
    SECTIONS_MOST,
    TEXT_LIMIT,
    TITLE_LIMIT,
    ProposalState,
    SectionDraft,
    may_be_kept,
    text_verdict,
)
from tuoke.steps.proposals.rules.suggesting import (
    ANSWERING,
    Block,
    Suggestion,
    Wanted,
    best_for,
    suggest,
    wanted,
)

__all__ = [
    "ANSWERING", "MUST_BE_OWN", "NOTE_LIMIT", "PART_ORDER", "PROOFS_MOST", "SECTIONS_MOST", "TEXT_LIMIT", "TITLE_LIMIT",
    "Answer", "Asked", "Block", "Claim", "CoverageRow", "Evidence", "FactKind", "Frozen", "FrozenClaim", "FrozenProof",
    "FrozenSection", "Judged", "Known", "Lack", "OwnFact", "Phrases", "ProposalState", "Proposed", "Quantity", "Readiness",
    "Said", "SectionChange", "SectionDraft", "Suggestion", "Told", "VersionChange", "Wanted", "Written", "answer_to",
    "best_for", "between", "claims_in", "coverage_table", "covering", "covers", "discretion", "figures_of", "filled_block", "heading_of",
    "judge_section", "known_of", "may_be_kept", "outline", "parse", "readiness_of", "seal", "store", "suggest", "text_verdict",
    "uncovered", "wanted",
]  # fmt: skip
