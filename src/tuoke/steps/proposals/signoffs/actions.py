"""Asking for a sign-off, and what its answer does. Each raises Refused with every reason, and Opportunity.DoesNotExist
where ``by`` may not write the deal (O1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import YES, Refused, no
from tuoke.base.records.actions import record
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest
from tuoke.services.approvals.rules import State
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.actions.checks import held
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.signoffs.models import SignOff
from tuoke.steps.proposals.signoffs.queries import FEASIBILITY, is_signed, passages_of, signers_of
from tuoke.steps.proposals.signoffs.rules import OPEN_FOR, SignState, may_be_asked, seal


@transaction.atomic
def ask(*, deal: Opportunity, signer: User, note: str, by: Principal, now: datetime) -> SignOff:
    """Ask a colleague to sign what the proposal promises now. ``note`` says what he should look at.

    Refused: no_proposal, nothing_to_sign, already_waiting, already_signed, not_a_signer, deal_closed, and what
    ``approvals.ask`` refuses (reason_missing …).
    """
    deal = held(deal, by=by)
    proposal = current_proposal(deal)
    if proposal is None:
        raise Refused(is_open(deal) & no("no_proposal"))
    passages, waiting = passages_of(proposal), _waiting(deal, now=now)
    verdict = is_open(deal) & may_be_asked(passages=passages, is_waiting=waiting is not None, is_signed=is_signed(deal))
    if signer.pk not in {user.pk for user in signers_of(deal, today=timezone.localdate(now))}:
        verdict &= no("not_a_signer", field="signer", name=signer.name)
    must(verdict)
    signoff = SignOff.objects.create(
        opportunity=deal,
        proposal=proposal,
        signer=signer,
        passages=[asdict(passage) for passage in passages],
        seal=seal(passages),
        asked_by_id=by.user_id,
        asked_at=now,
    )
    approvals.ask(
        kind=FEASIBILITY,
        subject=signoff,
        thread=deal,
        party=_party(deal),
        label=f"{deal.name} · {proposal.title}"[:160],
        approver_ids=[signer.pk],
        reason=note,
        facts={"passages": signoff.passages, "customer": deal.customer.name},
        expires_at=now + OPEN_FOR,
        by=by,
        now=now,
    )
    _tell("asked", signoff, by=by, now=now, facts={"signer": signer.name})
    return signoff


@transaction.atomic
def withdraw(*, signoff: SignOff, by: Principal, now: datetime) -> SignOff:
    """He needs not look any more. Refused: not_waiting."""
    approvals.close_for(kind=FEASIBILITY, subject=signoff, why=_("不需要签认了"), by=by, now=now)
    deal = held(signoff.opportunity, by=by)
    current = SignOff.objects.select_related("signer").get(pk=signoff.pk)
    current.opportunity = deal
    must(YES if current.state == SignState.ASKED else no("not_waiting"))
    current.state = SignState.WITHDRAWN.value
    current.save(update_fields=["state"])
    _tell("withdrawn", current, by=by, now=now, facts={"signer": current.signer.name})
    return current


# Wired into ``approvals.hooks.kinds["feasibility"]``


def may_decide(who: Principal, request: Request) -> bool:
    """A technical colleague who takes part in the deal today, and whoever he is may see it."""
    signoff = of_request(request)
    if signoff is None or signoff.state != SignState.ASKED:
        return False
    return who.user_id in {user.pk for user in signers_of(signoff.opportunity, today=timezone.localdate())}


def may_receive(user: User, request: Request) -> bool:
    return user.pk in {one.pk for one in receivers(request)}


def receivers(request: Request) -> list[User]:
    """The other technical colleagues on the deal."""
    signoff = of_request(request)
    return signers_of(signoff.opportunity, today=timezone.localdate()) if signoff else []


def on_decided(request: Request, by: Principal, now: datetime) -> None:
    """His word is kept with the words that he was asked about, also where they are others by now: it is stale then."""
    signoff = of_request(request)
    if signoff is not None:
        Opportunity.objects.select_for_update().get(pk=signoff.opportunity_id)
        signoff.refresh_from_db(fields=["state"])
    if signoff is None or signoff.state != SignState.ASKED:
        raise Refused(no("not_waiting"))
    signoff.state = SignState.SIGNED.value if request.is_approved else SignState.REFUSED.value
    signoff.decided_by_id, signoff.decided_at, signoff.remark = by.user_id, now, request.decision_reason
    signoff.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    _tell(signoff.state, signoff, by=by, now=now, facts={"remark": signoff.remark})


def of_request(request: Request) -> SignOff | None:
    label, _colon, key = request.subject.partition(":")
    if label != SignOff._meta.label_lower or not key.isdecimal():
        return None
    return SignOff.objects.select_related("opportunity", "signer").filter(pk=int(key)).first()


def _waiting(deal: Opportunity, *, now: datetime) -> SignOff | None:
    """What waits for an answer; one whose time has run out, or whose request has gone, is withdrawn first."""
    standing = SignOff.objects.filter(opportunity=deal, state=SignState.ASKED).select_related("opportunity").first()
    if standing is None:
        return None
    request = latest(FEASIBILITY, standing)
    if request and request.is_open(now):
        return standing
    standing.state = SignState.WITHDRAWN.value
    standing.save(update_fields=["state"])
    if request and request.state == State.OPEN:
        approvals.close_for(kind=FEASIBILITY, subject=standing, why=_("已到期"), by=system("signoffs"), now=now)
    return None


def _party(deal: Opportunity) -> str:
    return f"{Customer._meta.label_lower}:{deal.customer_id}"


def _tell(kind: str, signoff: SignOff, *, by: Principal, now: datetime, facts: Mapping[str, Any]) -> None:
    """Into the deal's timeline and the customer's."""
    deal = signoff.opportunity
    record(kind=f"signoffs.{kind}", subject=signoff, thread=deal, party=_party(deal), by=by, at=now, facts=facts)
