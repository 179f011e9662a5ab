from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.hooks import Use
from tuoke.spine.library.models import Item
from tuoke.steps.proposals.models import Proof, Proposal, ProposalVersion, Section, VersionProof


def current_proposal(deal: Opportunity) -> Proposal | None:
    """The deal's proposal that isn't withdrawn. The deal was seen already. One query."""
    return Proposal.objects.standing().filter(opportunity=deal).select_related("opportunity__customer").first()


def withdrawn_proposals(deal: Opportunity) -> list[Proposal]:
    """Those that could be brought back, the latest first."""
    return list(Proposal.objects.filter(opportunity=deal).exclude(withdrawn_at=None).order_by("-withdrawn_at")[:10])


def latest_version(proposal: Proposal) -> ProposalVersion | None:
    return proposal.versions.order_by("-number").first()


def versions_of(proposal: Proposal) -> list[ProposalVersion]:
    """Without their content, newest first."""
    return list(proposal.versions.defer("content").select_related("made_by")[:200])


def proofs_of_versions(versions: Sequence[ProposalVersion]) -> Mapping[int, list[int]]:
    """By version: the library versions that it rests on. One query."""
    found: dict[int, list[int]] = {version.pk: [] for version in versions}
    rows = VersionProof.objects.filter(version__in=list(found)).order_by("pk")
    for version_id, item_version_id in rows.values_list("version_id", "item_version_id"):
        found[version_id].append(item_version_id)
    return found


MOST_USES = 10


def uses_of(who: Principal, item_id: int) -> list[Use]:
    """The latest proposals of ``who``'s sight that began a section with this block, or rest on this evidence
    (``library.hooks.uses``). One query."""
    proposals = Proposal.objects.visible_to(who).standing().filter(pk__in=_resting_on(item_id))
    rows = proposals.select_related("opportunity__customer").order_by("-created_at", "-pk")[:MOST_USES]
    return [
        Use(
            f"{row.opportunity.customer.name} · {row.title}",
            reverse("proposals:builder", args=[row.opportunity_id]),
            row.created_at,
        )
        for row in rows
    ]


def proposals_resting_on(item: Item) -> list[Proposal]:
    """Proposals that aren't withdrawn and whose sections, or whose versions, rest on this evidence; with their deals."""
    rows = Proposal.objects.standing().filter(pk__in=_resting_on(item.pk))
    return list(rows.select_related("opportunity__customer", "opportunity__owner").order_by("pk"))


def _resting_on(item_id: int) -> models.QuerySet[Proposal, Any]:
    sections = Section.objects.standing()
    now = Q(pk__in=sections.filter(source__item=item_id).values("proposal")) | Q(
        pk__in=Proof.objects.standing()
        .filter(item_version__item=item_id, section__in=sections)
        .values("section__proposal")
    )
    before = Q(pk__in=VersionProof.objects.filter(item_version__item=item_id).values("version__proposal"))
    return Proposal.objects.filter(now | before).values("pk")
