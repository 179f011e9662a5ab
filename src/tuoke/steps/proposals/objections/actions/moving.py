"""What becomes of an objection: raised, answered, settled, dismissed; and each step taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.objections.actions.beginning import begun, foreseen, has_room
from tuoke.steps.proposals.objections.actions.doors import (
    held,
    is_open,
    locked,
    must,
    of_customer,
    sound_followup,
    tell,
)
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.rules import (
    ObjectionDraft,
    Result,
    State,
    before,
    may_move,
    settled,
    sound_day,
    text_fault,
)


@dataclass(frozen=True, slots=True)
class Raised:
    """Who of the customer's people said it, when, and in which follow-up."""

    on: date
    contact_id: int | None = None
    followup_id: int | None = None


@transaction.atomic
def raise_(*, objection: DealObjection, version: int, raised: Raised, by: Principal, now: datetime) -> DealObjection:
    """The customer said it; said again, it is open again.

    Refused: state_unfit, day_in_future, day_too_early, contact_elsewhere, followup_elsewhere, deal_closed,
    objection_withdrawn.
    """
    deal, current = locked(objection, version=version, by=by)
    today = timezone.localdate(now)
    must(_may(deal, current, "raise") & sound_raised(raised, deal, today=today))
    current.answered_on, current.result, current.result_note, current.settled_on = None, "", "", None
    noted(current, raised)
    _saved(current)
    tell("raised", current, by=by, now=now, facts={"contact": _name(current), "on": str(raised.on)})
    return current


@transaction.atomic
def answer(*, objection: DealObjection, version: int, on: date, by: Principal, now: datetime) -> DealObjection:
    """We gave the customer the answer. Refused: state_unfit, answer_missing, day_in_future …"""
    deal, current = locked(objection, version=version, by=by)
    must(_may(deal, current, "answer") & sound_day(on, today=timezone.localdate(now), field="on"))
    current.state, current.answered_on = State.ANSWERED.value, on
    _saved(current)
    tell("answered", current, by=by, now=now, facts={"on": str(on)})
    return current


@transaction.atomic
def settle(
    *, objection: DealObjection, version: int, result: Result, note: str, on: date, by: Principal, now: datetime
) -> DealObjection:
    """What the customer said to it. Only what he accepts is resolved. Refused: result_missing, too_long (note), and as
    ``answer``."""
    deal, current = locked(objection, version=version, by=by)
    verdict = no("result_missing", field="result") if result is Result.UNKNOWN else YES
    must(
        _may(deal, current, "settle") & verdict & text_fault(note, field="result_note")
        & sound_day(on, today=timezone.localdate(now), field="on")
    )  # fmt: skip
    current.state, current.result, current.result_note = settled(result).value, result.value, note.strip()
    current.settled_on = on
    current.answered_on = current.answered_on or on
    _saved(current)
    tell("settled", current, by=by, now=now, facts={"result": result.value, "note": current.result_note})
    return current


@transaction.atomic
def dismiss(*, objection: DealObjection, version: int, reason: str, by: Principal, now: datetime) -> DealObjection:
    """It doesn't apply to this customer, because … Refused: reason_missing, too_long, text_broken, state_unfit …"""
    deal, current = locked(objection, version=version, by=by)
    must(_may(deal, current, "dismiss") & _sound_reason(reason))
    current.state, current.reason = State.DISMISSED.value, " ".join(reason.split())
    _saved(current)
    tell("dismissed", current, by=by, now=now, facts={"reason": current.reason})
    return current


@transaction.atomic
def dismiss_predicted(
    *, deal: Opportunity, rule: str, draft: ObjectionDraft, reason: str, by: Principal, now: datetime
) -> DealObjection:
    """One that was only predicted doesn't apply. ``draft`` gives its words. Refused: as ``dismiss``, not_predicted,
    already_listed."""
    deal = held(deal, by=by)
    prediction = foreseen(deal, rule, today=timezone.localdate(now))
    must(is_open(deal) & has_room(deal, rule, prediction) & _sound_reason(reason) & draft.faults())
    made = begun(deal, replace(draft, proofs=()), prediction, by=by, now=now)
    made.state, made.reason = State.DISMISSED.value, " ".join(reason.split())
    made.save()
    tell("dismissed", made, by=by, now=now, facts={"reason": made.reason})
    return made


@transaction.atomic
def take_back(*, objection: DealObjection, version: int, by: Principal, now: datetime) -> DealObjection:
    """One step back: what was settled is answered, what was answered is raised, what was raised or dismissed is as it
    was before. Refused: state_unfit …"""
    deal, current = locked(objection, version=version, by=by)
    must(_may(deal, current, "take_back"))
    was = current.standing
    back = before(
        was, answer=current.answer, answered_on=current.answered_on, raised_on=current.raised_on,
        has_result=bool(current.result),
    )  # fmt: skip
    _undo(current, was, back)
    _saved(current)
    tell("taken_back", current, by=by, now=now, facts={"from": was.value, "to": back.value})
    return current


def withdraw(*, objection: DealObjection, by: Principal, now: datetime) -> DealObjection:
    """Off the list; ``restore`` brings it back (O5)."""
    return _mark(objection, withdrawn_at=now, kind="withdrawn", by=by, now=now)


def restore(*, objection: DealObjection, by: Principal, now: datetime) -> DealObjection:
    """Refused: already_listed, where the same prediction was taken up again meanwhile."""
    return _mark(objection, withdrawn_at=None, kind="restored", by=by, now=now)


def sound_raised(raised: Raised | None, deal: Opportunity, *, today: date) -> Verdict:
    if raised is None:
        return YES
    return (
        sound_day(raised.on, today=today, field="raised_on")
        & of_customer(raised.contact_id, deal)
        & sound_followup(raised.followup_id, deal)
    )


def noted(objection: DealObjection, raised: Raised | None) -> None:
    if raised is not None:
        objection.state, objection.raised_on = State.RAISED.value, raised.on
        objection.contact_id, objection.followup_id = raised.contact_id, raised.followup_id


@transaction.atomic
def _mark(
    objection: DealObjection, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime
) -> DealObjection:
    deal, current = locked(objection, version=None, by=by)
    must(is_open(deal))
    if (current.withdrawn_at is None) == (withdrawn_at is None):
        return current
    if withdrawn_at is None and current.rule:
        taken = DealObjection.objects.listed().filter(opportunity=deal, rule=current.rule).exists()
        must(no("already_listed") if taken else YES)
    current.withdrawn_at = withdrawn_at
    _saved(current)
    tell(kind, current, by=by, now=now)
    return current


def _may(deal: Opportunity, objection: DealObjection, verb: str) -> Verdict:
    return is_open(deal, objection) & may_move(verb, objection.standing, answer=objection.answer)


def _undo(objection: DealObjection, was: State, back: State) -> None:
    """Forget what the step that is taken back had noted."""
    objection.state = back.value
    if was is State.DISMISSED:
        objection.reason = ""
    elif objection.result:
        objection.result, objection.result_note, objection.settled_on = "", "", None
    elif was is State.ANSWERED:
        objection.answered_on = None
    elif was is State.RAISED:
        objection.raised_on, objection.contact, objection.followup = None, None, None


def _saved(objection: DealObjection) -> None:
    objection.version += 1
    objection.save()


def _sound_reason(reason: str) -> Verdict:
    return text_fault(reason, field="reason") if reason.strip() else no("reason_missing", field="reason")


def _name(objection: DealObjection) -> str:
    return objection.contact.name if objection.contact else ""
