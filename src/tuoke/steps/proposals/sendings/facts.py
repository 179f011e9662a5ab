"""What sendings and meetings tell the gates of a deal (S5.2)."""

from __future__ import annotations

from django.db.models import Q

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.rules import Facts
from tuoke.steps.proposals.demos.queries import presented
from tuoke.steps.proposals.sendings.models import Presentation, Sending

KINDS = frozenset({"proposal_opened", "proposal_presented"})
"""What is told here, by the kinds of the playbook's criteria: asked only where a gate wants one of them."""


def facts_of(opportunity: Opportunity) -> Facts:
    """``proposal_opened``: the customer opened what he was sent; ``proposal_presented``: that, or it was shown to him in a
    meeting or in a held demonstration. At most three queries."""
    is_opened = Sending.objects.sent().filter(Q(link__opened_at__isnull=False), opportunity=opportunity).exists()
    shown = Presentation.objects.standing().filter(opportunity=opportunity)
    return {
        "proposal_opened": is_opened,
        "proposal_presented": is_opened or shown.exists() or presented(opportunity),
    }
