"""What the value model tells the gates of a deal."""

from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.proposals.values.models import ValueItem
from tuoke.steps.proposals.values.rules import Basis

KINDS = frozenset({"value_figures"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(deal: Opportunity) -> Facts:
    """Whether at least one measured line rests on the customer's own figures (S5.2). One query."""
    own = ValueItem.objects.listed().filter(model__opportunity=deal, basis=Basis.CUSTOMER, share_of=None)
    return {"value_figures": own.exists()}
