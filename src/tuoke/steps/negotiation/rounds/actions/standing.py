"""What becomes of an offer of ours: looked at by the owner, taken back, offered again (S6.2)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.queries import may_see_line
from tuoke.steps.negotiation.rounds.actions.asking import release
from tuoke.steps.negotiation.rounds.actions.doors import held, is_running, judged, must, tell, tell_inside
from tuoke.steps.negotiation.rounds.actions.recording import offer_label, wait
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position
from tuoke.steps.negotiation.rounds.rules import DROPPED, NOTHING, State, reason_fault
from tuoke.steps.negotiation.rules import Side


@transaction.atomic
def confirm_offer(*, position: Position, by: Principal, now: datetime, reason: str = "") -> Position:
    """The owner, or somebody else before whom the line's door stands open, lets the offer of a colleague pass. Judged now:
    past the line a manager is asked. Only what was settled shows outside, not that anybody had to be asked.

    Refused: not_inside, not_waiting, deal_closed, deal_won, past_line with reason_missing, no_approver.
    """
    deal, current = _locked(position, by=by)
    must(is_running(deal) & _is_inside(by, deal) & _waits(current))
    current.state = judged(deal, current.terms, by=by).value
    current.save(update_fields=["state"])
    tell_inside("confirmed", current, by=by, now=now, facts={"state": current.state})
    wait(current, deal, label=offer_label(current.round), reason=reason, by=by, now=now)
    return current


@transaction.atomic
def decline_offer(*, position: Position, reason: str, by: Principal, now: datetime) -> Position:
    """Not with us: the colleague who entered it reads why. Refused: not_inside, not_waiting, reason_missing."""
    deal, current = _locked(position, by=by)
    must(is_running(deal) & _is_inside(by, deal) & _waits(current) & reason_fault(reason))
    current.state = State.REFUSED.value
    current.save(update_fields=["state"])
    facts = {"number": current.round.number, "reason": reason.strip()}
    tell("offer_declined", deal, current, by=by, now=now, facts=facts)
    return current


@transaction.atomic
def withdraw_offer(*, position: Position, by: Principal, now: datetime) -> Position:
    """收回报价. What a manager was asked about it is over. Refused: round_agreed, deal_closed, deal_won."""
    was_waiting = Position.objects.filter(pk=position.pk, state=State.AWAITS_APPROVAL.value).exists()
    release(position, by=by, now=now)
    deal, current = _locked(position, by=by)
    must(is_running(deal) & _is_not_agreed(current))
    if current.standing in DROPPED and not was_waiting:
        return current  # refused or taken back: who can't tell one from the other isn't told here either
    current.state = State.WITHDRAWN.value
    current.save(update_fields=["state"])
    tell("offer_withdrawn", deal, current, by=by, now=now, facts={"number": current.round.number})
    return current


@transaction.atomic
def offer_again(*, position: Position, by: Principal, now: datetime, reason: str = "") -> Position:
    """On the table once more, judged as if it were new. Refused: still_standing, round_withdrawn, past_line with
    reason_missing, no_approver, deal_closed, deal_won."""
    deal, current = _locked(position, by=by)
    verdict = YES if current.standing in DROPPED else no("still_standing")
    verdict &= no("round_withdrawn") if current.round.withdrawn_at else YES
    verdict &= no("nothing_offered") if current.terms == NOTHING else YES
    must(is_running(deal) & verdict)
    state = judged(deal, current.terms, by=by)
    current.state, current.from_inside = state.value, state is not State.AWAITS_OWNER
    current.save(update_fields=["state", "from_inside"])
    tell("offered_again", deal, current, by=by, now=now, facts={"number": current.round.number})
    wait(current, deal, label=offer_label(current.round), reason=reason, by=by, now=now)
    return current


@transaction.atomic
def end_waiting(deal: Opportunity, by: Principal, now: datetime) -> None:
    """``deals.hooks.on_giving_up``: nobody decides any more what a lost or void deal would have offered."""
    waits = State.AWAITS_APPROVAL.value
    offers = Position.objects.filter(round__opportunity=deal, side=Side.OURS.value, state=waits)
    for row in (
        *offers,
        *AgreedTerms.objects.filter(opportunity=deal, state=waits),
        *ConcessionMade.objects.filter(opportunity=deal, state=waits),
    ):
        release(row, by=by, now=now)
        row.state = State.WITHDRAWN.value
        row.save(update_fields=["state"])


def _locked(position: Position, *, by: Principal) -> tuple[Opportunity, Position]:
    deal = held(position.round.opportunity, by=by)
    rows = Position.objects.select_related("round").filter(side=Side.OURS.value)
    return deal, rows.get(pk=position.pk)


def _is_inside(by: Principal, deal: Opportunity) -> Verdict:
    return YES if may_see_line(by, deal) else no("not_inside")


def _waits(position: Position) -> Verdict:
    return YES if position.standing is State.AWAITS_OWNER else no("not_waiting")


def _is_not_agreed(position: Position) -> Verdict:
    return no("round_agreed") if position.round.agreements.standing().exists() else YES
