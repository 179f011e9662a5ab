"""What every verb about a proposal asks first and tells afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.models import Proposal, Section


def refuse(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def locked_deal(deal: Opportunity, *, by: Principal) -> Opportunity:
    """The deal, held until the end; Opportunity.DoesNotExist where ``by`` may not write it."""
    return Opportunity.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=deal.pk)


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
    closed = proposal.opportunity.outcome in (Outcome.LOST, Outcome.VOID)
    return (no("proposal_withdrawn") if proposal.withdrawn_at else YES) & (no("deal_closed") if closed else YES)


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
