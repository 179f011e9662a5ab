"""What is known of a deal's calculations, for screens, papers and the customer's page."""

from tuoke.steps.negotiation.returns.queries.pages import Overview, ShareRow, base_of, overview_of
from tuoke.steps.negotiation.returns.queries.shared import (
    SharedCalculation,
    may_revoke_link,
    may_see_link,
    shared_calculation,
)

__all__ = [
    "Overview",
    "ShareRow",
    "SharedCalculation",
    "base_of",
    "may_revoke_link",
    "may_see_link",
    "overview_of",
    "shared_calculation",
]
