"""Reads of what was sent, for screens, gates and the customer's page."""

from tuoke.steps.proposals.sendings.queries.lacks import (
    CLAIMS,
    claim_names,
    has_signature_missing,
    lacks_of,
)
from tuoke.steps.proposals.sendings.queries.sent import (
    Overview,
    Sent,
    WaitingProposal,
    badges_of,
    may_revoke_link,
    may_see_link,
    open_remarks,
    overview,
    presentations_of,
    waiting_for_customer,
)
from tuoke.steps.proposals.sendings.queries.shared import Shared, shared_proposal, state_of

__all__ = [
    "CLAIMS", "Overview", "Sent", "Shared", "WaitingProposal", "badges_of", "claim_names", "has_signature_missing",
    "lacks_of", "may_revoke_link", "may_see_link", "open_remarks", "overview", "presentations_of",
    "shared_proposal", "state_of", "waiting_for_customer",
]  # fmt: skip
