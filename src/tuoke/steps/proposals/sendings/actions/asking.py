"""A quantity without evidence goes out only where a manager agreed to it (approvals kind ``claims``, S5.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import managers_above, principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.base.records.models import key_of
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import is_manager_of
from tuoke.steps.proposals.models import Proposal
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.sendings.actions.checks import held, is_open, must
from tuoke.steps.proposals.sendings.queries import CLAIMS, lacks_of

OPEN_FOR = timedelta(days=7)


@transaction.atomic
def ask_claims(*, deal: Opportunity, reason: str, by: Principal, now: datetime) -> Request:
    """Ask the managers above to let the quantities go out that no evidence covers; what was agreed to before is asked
    for along with them. Refused: nothing_to_ask, nobody_to_ask, deal_closed, already_asked, reason_missing."""
    deal = held(deal, by=by)
    proposal = current_proposal(deal)
    lacks = lacks_of(proposal, today=timezone.localdate(now)) if proposal else None
    must(is_open(deal) & (YES if lacks and lacks.open_claims else no("nothing_to_ask")))
    assert proposal is not None
    assert lacks is not None
    people = _deciders(deal, by=by)
    must(YES if people else no("nobody_to_ask"))
    return approvals.ask(
        kind=CLAIMS,
        subject=proposal,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        label=f"{deal.name} · {proposal.title}"[:160],
        approver_ids=[user.pk for user in people],
        reason=reason,
        facts={"claims": list(lacks.claims), "deal": deal.name, "customer": deal.customer.name},
        expires_at=now + OPEN_FOR,
        by=by,
        now=now,
    )


def may_decide(who: Principal, request: Request) -> bool:
    """A manager of the deal."""
    proposal = proposal_of(request)
    return proposal is not None and is_manager_of(who, proposal.opportunity)


def may_receive(user: User, request: Request) -> bool:
    return may_decide(principal_of(user), request)


def on_decided(request: Request, by: Principal, now: datetime) -> None:
    """Nothing more happens: sending asks what was agreed to."""


def url_of(request: Request) -> str:
    proposal = proposal_of(request)
    return reverse("sendings:page", args=[proposal.opportunity_id]) if proposal else reverse("deals:list")


def proposal_of(request: Request) -> Proposal | None:
    label, _colon, pk = request.subject.partition(":")
    if label != key_of(Proposal(pk=0)).partition(":")[0] or not pk.isdigit():
        return None
    return Proposal.objects.select_related("opportunity").filter(pk=int(pk)).first()


def _deciders(deal: Opportunity, *, by: Principal) -> list[User]:
    owner = deal.owner if by.user_id is None else User.objects.get(pk=by.user_id)
    above = managers_above(owner, department_id=deal.department_id)
    return [user for user in above if user.pk != by.user_id and is_manager_of(principal_of(user), deal)]
