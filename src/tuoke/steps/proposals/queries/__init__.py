"""Reads of proposals, for screens and for other rooms; what a person sees starts from ``visible_to``."""

from tuoke.steps.proposals.queries.current import (
    current_proposal,
    latest_version,
    proofs_of_versions,
    proposals_resting_on,
    uses_of,
    versions_of,
    withdrawn_proposals,
)
from tuoke.steps.proposals.queries.drafting import proofs_for, proposed_outline, title_for
from tuoke.steps.proposals.queries.freezing import frozen_now, frozen_of
from tuoke.steps.proposals.queries.judging import Backing, Sheet, Standing, readiness, standing
from tuoke.steps.proposals.queries.suggesting import (
    Candidate,
    all_fitting,
    block_of,
    candidates,
    facts_of,
    suggestions,
    wanted_of,
)

__all__ = [
    "Backing", "Candidate", "Sheet", "Standing", "all_fitting", "block_of", "candidates", "current_proposal", "facts_of", "frozen_now",
    "frozen_of", "latest_version", "proofs_for", "proofs_of_versions", "proposals_resting_on", "proposed_outline", "readiness",
    "standing", "suggestions", "title_for", "uses_of", "versions_of", "wanted_of", "withdrawn_proposals",
]  # fmt: skip
