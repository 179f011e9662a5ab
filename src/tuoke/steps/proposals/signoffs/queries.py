"""Reads of sign-offs. Each starts from ``visible_to``, or from a deal that the caller holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Function, Principal
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest
from tuoke.services.approvals.rules import State
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.proposals.models import PART_NAMES, Proposal, Section
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.signoffs.models import SignOff
from tuoke.steps.proposals.signoffs.rules import Passage, SignState, seal

FEASIBILITY = "feasibility"
"""The kind of approval that a sign-off is."""
MOST_SHOWN = 20
PROMISES = ("solution", "plan", "service")
"""The parts of a proposal that say what we will do."""
_PLACE = {part: place for place, part in enumerate(PART_NAMES)}


def passages_of(proposal: Proposal) -> tuple[Passage, ...]:
    """What is promised now, in the order in which it is read. One query."""
    rows = list(Section.objects.standing().filter(proposal=proposal, part__in=PROMISES))
    rows.sort(key=lambda row: (_PLACE[row.part], row.position, row.pk))
    return tuple(Passage(row.part, row.title, row.text) for row in rows)


def is_signed(deal: Opportunity) -> bool:
    """Whether somebody signed the very words that the deal's proposal says now. Three queries at most."""
    proposal = current_proposal(deal)
    if proposal is None:
        return False
    signed = SignOff.objects.filter(proposal=proposal, state=SignState.SIGNED).first()
    return signed is not None and signed.seal == seal(passages_of(proposal))


def signers_of(deal: Opportunity, *, today: date) -> list[User]:
    """Who may be asked: colleagues of technical departments who have joined the deal and take part today."""
    joined = Membership.objects.current(today).filter(
        opportunity=deal, user__is_active=True, user__department__function=Function.TECH
    )
    return [member.user for member in joined.select_related("user__department").order_by("user__name")]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the sign-off of a deal stands. ``last`` is the newest that was asked for; ``request`` what waits for an
    answer; ``is_stale``: it was signed, and the words are others now."""

    proposal: Proposal | None
    passages: tuple[Passage, ...]
    last: SignOff | None
    request: Request | None
    earlier: list[SignOff]
    is_signed: bool
    is_stale: bool

    @property
    def is_waiting(self) -> bool:
        return self.request is not None


def standing_of(who: Principal, deal: Opportunity) -> Standing:
    """Four queries at most."""
    proposal = current_proposal(deal)
    rows = SignOff.objects.visible_to(who).filter(opportunity=deal).select_related("signer", "asked_by", "decided_by")
    found = list(rows[:MOST_SHOWN])
    passages = passages_of(proposal) if proposal else ()
    now = seal(passages)
    last = found[0] if found else None
    request = latest(FEASIBILITY, last) if last and last.state == SignState.ASKED else None
    if last and request and request.state != State.OPEN:  # it ran out, or whoever asked took it back there
        last.state, request = SignState.WITHDRAWN.value, None
    own = [row for row in found if proposal and row.proposal_id == proposal.pk and row.state == SignState.SIGNED]
    return Standing(
        proposal=proposal,
        passages=passages,
        last=last,
        request=request,
        earlier=found[1:],
        is_signed=bool(own) and own[0].seal == now,
        is_stale=bool(own) and own[0].seal != now,
    )
