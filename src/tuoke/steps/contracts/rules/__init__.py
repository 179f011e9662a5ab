"""What a contract says, and how that is compared with what was agreed (S7.1)."""

from tuoke.steps.contracts.rules.amending import Amended, amended, head_changes, standing_clauses
from tuoke.steps.contracts.rules.capitals import in_capitals
from tuoke.steps.contracts.rules.comparison import compare
from tuoke.steps.contracts.rules.content import (
    Alters,
    Frozen,
    FrozenClause,
    clause_seal,
    fingerprint,
    parse,
    seal,
    store,
)
from tuoke.steps.contracts.rules.differences import ClauseChange, Returned, VersionChange, between, returned
from tuoke.steps.contracts.rules.drafting import Drafted, Known, Phrases, Template, Why, draft, facts_of
from tuoke.steps.contracts.rules.drafts import ClauseDraft, HeadDraft, PaperDraft, SignDraft, reason_fault
from tuoke.steps.contracts.rules.findings import Agreed, Finding, Line, Said, Sheet, Sort, What
from tuoke.steps.contracts.rules.hints import Hint, Instead, hints_in
from tuoke.steps.contracts.rules.lateness import Due, Later, later_than
from tuoke.steps.contracts.rules.readiness import Basis, against, open_places
from tuoke.steps.contracts.rules.reading import Value, ValueKind, stored, values_of
from tuoke.steps.contracts.rules.stages import Event, Stage, is_whole, stages_of
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
    "Agreed",
    "Alters",
    "Amended",
    "Basis",
    "ClauseChange",
    "ClauseDraft",
    "ContractState",
    "Drafted",
    "Due",
    "Event",
    "Finding",
    "Frozen",
    "FrozenClause",
    "HeadDraft",
    "Hint",
    "Instead",
    "Kind",
    "Known",
    "Later",
    "Line",
    "PaperDraft",
    "Part",
    "Phrases",
    "Returned",
    "Said",
    "Sheet",
    "SignDraft",
    "Sort",
    "Stage",
    "Template",
    "Value",
    "ValueKind",
    "VersionChange",
    "What",
    "Why",
    "against",
    "amended",
    "between",
    "clause_seal",
    "compare",
    "draft",
    "facts_of",
    "fingerprint",
    "head_changes",
    "hints_in",
    "in_capitals",
    "is_whole",
    "later_than",
    "may_write",
    "open_places",
    "parse",
    "reason_fault",
    "returned",
    "seal",
    "stages_of",
    "standing_clauses",
    "store",
    "stored",
    "values_of",
]
