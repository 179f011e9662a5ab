from __future__ import annotations

from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.models import Proposal, ProposalVersion, Section


def current_proposal(deal: Opportunity) -> Proposal | None:
    """The deal's proposal that isn't withdrawn. The deal was seen already. One query."""
    return Proposal.objects.standing().filter(opportunity=deal).first()


def latest_version(proposal: Proposal) -> ProposalVersion | None:
    return proposal.versions.order_by("-number").first()


def current_section_ids(proposal: Proposal) -> list[int]:
    return list(Section.objects.standing().filter(proposal=proposal).values_list("pk", flat=True))
