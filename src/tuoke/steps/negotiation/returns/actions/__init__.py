"""Everything that changes a calculation."""

from tuoke.steps.negotiation.returns.actions.calculations import keep, restore, rewalk, unwalk, walk, withdraw
from tuoke.steps.negotiation.returns.actions.repointing import repoint
from tuoke.steps.negotiation.returns.actions.sharing import LINK_KIND, customer_calculates, may_answer, send

__all__ = [
    "LINK_KIND",
    "customer_calculates",
    "keep",
    "may_answer",
    "repoint",
    "restore",
    "rewalk",
    "send",
    "unwalk",
    "walk",
    "withdraw",
]
