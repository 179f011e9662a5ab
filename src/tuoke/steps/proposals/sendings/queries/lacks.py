"""What stands between a proposal and any customer, with what managers agreed to (S5.1, S5.4, P4)."""

from __future__ import annotations

from datetime import date

from tuoke.services.approvals.queries import latest
from tuoke.spine.deals.models import Opportunity, Waiver
from tuoke.spine.deals.queries import facts_about, process_of
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.queries import standing_of
from tuoke.spine.playbook.rules import StepKey
from tuoke.steps.proposals import hooks
from tuoke.steps.proposals.models import Proposal, ProposalVersion
from tuoke.steps.proposals.queries import readiness
from tuoke.steps.proposals.queries.judging import PROVES
from tuoke.steps.proposals.rules import Readiness
from tuoke.steps.proposals.sendings.rules import Lacks

CLAIMS = "claims"
"""The kind of approval: quantities that go out without evidence."""
SIGNED = "feasibility_signed"
OFFER = "offer"
"""The key under which the room of offers hands in what it freezes (``proposals.hooks.parts``)."""


def lacks_of(proposal: Proposal, *, today: date) -> Lacks:
    """The proposal was seen already, with its deal. A constant number of queries."""
    found = readiness(proposal, today=today)
    return Lacks(
        is_empty=found.is_empty,
        claims=claim_names(found),
        approved=approved_claims(proposal),
        unanswered=tuple(answer.need.text for answer in found.unanswered),
        unfinished=tuple(judged.written.title for judged in found.unfinished),
        stale=_titles(found.stale),
        examples=_titles(found.examples),
        wants_signature=has_signature_missing(proposal.opportunity),
        offer_ended_on=offer_ended_on(proposal.opportunity, today=today),
    )


def claim_names(found: Readiness) -> tuple[str, ...]:
    """Each uncovered quantity with the sentence that promises it: other words are another promise."""
    names = (f"{judged.written.title}：{claim.sentence[:120]}（{claim.text}）" for judged, claim in found.uncovered)
    return tuple(dict.fromkeys(names))


def approved_claims(proposal: Proposal) -> frozenset[str]:
    request = latest(CLAIMS, proposal)
    return frozenset(request.facts.get("claims", ())) if request and request.is_approved else frozenset()


def has_signature_missing(deal: Opportunity) -> bool:
    """Whether the process of this deal asks for the technical sign-off in step 5, and it is neither there nor waived."""
    process = process_of(deal)
    gate = process.gate(StepKey.PROPOSALS) if StepKey.PROPOSALS in process else ()
    asked = [criterion.key for criterion in gate if criterion.kind == SIGNED and criterion.required]
    if not asked or Waiver.objects.filter(opportunity=deal, criterion__in=asked).exists():
        return False
    return not facts_about(deal, kinds={SIGNED}).get(SIGNED)


def offer_ended_on(deal: Opportunity, *, today: date) -> date | None:
    """The day on which the prices that would go out ended; None while they hold, or nothing says how long."""
    offered = next((part.freeze(deal) for part in hooks.parts if part.key == OFFER), None) or {}
    until = offered.get("valid_until")
    ended = date.fromisoformat(until) if until else None
    return ended if ended and ended < today else None


def has_lost_proof(version: ProposalVersion, *, today: date) -> bool:
    """Whether something that the version rests on was withdrawn or is out of date by now."""
    behind = version.proofs.values_list("item_version_id", flat=True)
    return any(worth not in PROVES for worth in standing_of(behind, today=today).values())


def has_ended_offer(version: ProposalVersion, *, today: date) -> bool:
    """Whether the prices in it hold no more."""
    until = version.content.get("parts", {}).get(OFFER, {}).get("valid_until")
    return bool(until) and date.fromisoformat(until) < today


def _titles(version_ids: tuple[int, ...]) -> tuple[str, ...]:
    rows = ItemVersion.objects.filter(pk__in=version_ids).order_by("pk")
    return tuple(rows.values_list("item__title", flat=True)) if version_ids else ()
