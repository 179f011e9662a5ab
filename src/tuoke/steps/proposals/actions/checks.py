"""What every verb about a proposal asks first and tells afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.deals import doors
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.models import Proposal, Section

__all__ = [
    "held", "is_open", "locked_proposal", "locked_section", "may_change", "must", "needs_belong", "tell",
]  # fmt: skip


def held(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, locked, if ``by`` may write its proposal (else Opportunity.DoesNotExist)."""
    return doors.held(deal, by=by, permission=Permission.PROPOSAL_WRITE)


def locked_proposal(proposal: Proposal, *, by: Principal) -> Proposal:
    """Held until the end: whoever changes a section holds its proposal first."""
    seen = Proposal.objects.visible_to(by, "write").select_related("opportunity__customer")
    return seen.select_for_update(of=("self",)).get(pk=proposal.pk)


def locked_section(section: Section, *, by: Principal, version: int | None = None) -> Section:
    """The section with its proposal, both held; Conflict where somebody saved first."""
    seen = Section.objects.visible_to(by, "write").values_list("proposal_id", flat=True).get(pk=section.pk)
    proposal = locked_proposal(Proposal(pk=seen), by=by)
    current = Section.objects.select_related("source__item").select_for_update(of=("self",)).get(pk=section.pk)
    current.proposal = proposal
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def may_change(proposal: Proposal) -> Verdict:
    return (no("proposal_withdrawn") if proposal.withdrawn_at else YES) & is_open(proposal.opportunity)


def needs_belong(needs: Sequence[int], proposal: Proposal) -> Verdict:
    """Only what stands in this deal's list can be answered."""
    listed = Need.objects.listed().filter(opportunity=proposal.opportunity_id, pk__in=needs).count()
    return YES if listed == len(set(needs)) else no("need_elsewhere")


# History


def tell(
    verb: str,
    proposal: Proposal,
    *,
    by: Principal,
    at: datetime,
    section: Section | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    **more: Any,
) -> None:
    deal, facts = proposal.opportunity, {"title": proposal.title, **more}
    if section is not None:
        facts |= {"section": section.title, "part": section.part}
    record(
        kind=f"proposals.{verb}",
        subject=section or proposal, thread=deal, party=deal.customer, by=by, at=at, changes=changes, facts=facts,
    )  # fmt: skip
