"""A round is written down, corrected, withdrawn, brought back (S6.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.services.exchange.rules import cents
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.steps.negotiation.rounds import hooks
from tuoke.steps.negotiation.rounds.actions.asking import ask_past_line, release
from tuoke.steps.negotiation.rounds.actions.conceding import bring_back_given, give_all, take_back_given
from tuoke.steps.negotiation.rounds.actions.doors import held, is_running, judged, must, of_customer, tell
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Position, Round
from tuoke.steps.negotiation.rounds.queries.table import on_the_table
from tuoke.steps.negotiation.rounds.rules import MOST_ROUNDS, NOTHING, PENDING, RoundDraft, State
from tuoke.steps.negotiation.rules import Side, Terms


@transaction.atomic
def record_round(*, deal: Opportunity, draft: RoundDraft, by: Principal, now: datetime, reason: str = "") -> Round:
    """Write down what both sides offered. An offer of ours past the line waits for a manager (``reason`` says why); one by
    somebody who may not see the line waits for the owner, wherever it lies.

    Conflict(the last round) where another was recorded since ``draft.seen``. Refused: the draft's faults, deal_closed,
    deal_won, too_many_rounds, contact_elsewhere, what ``ask_past_line`` and the ladder refuse.
    """
    deal = held(deal, by=by)
    last = Round.objects.filter(opportunity=deal).order_by("-number").first()
    if (last.number if last else 0) > draft.seen:
        raise Conflict(last)
    draft = _what_is_new(deal, draft)
    must(is_running(deal) & draft.faults(now=now) & of_customer(draft.contact_id, deal) & _has_room(last))
    row = Round.objects.create(
        opportunity=deal,
        number=last.number + 1 if last else 1,
        followup=_followup(deal, draft, by=by, now=now),
        recorded_by_id=by.user_id,
        created_at=now,
        **_columns(draft),
    )
    tell("recorded", deal, row, by=by, now=now, facts=_facts(row, draft))
    _put(row, Side.THEIRS, draft.theirs)
    _offer(row, deal, draft.ours, reason=reason, by=by, now=now)
    give_all(row, deal, draft, reason=reason, by=by, now=now)
    return row


@transaction.atomic
def edit_round(*, row: Round, version: int, draft: RoundDraft, by: Principal, now: datetime, reason: str = "") -> Round:
    """Correct what was written down; concessions have verbs of their own. Where our offer says something else it is judged
    as if it were new. Raises Conflict; Refused: round_withdrawn, round_agreed, and as ``record_round``."""
    ours = Position.objects.filter(round=row, side=Side.OURS.value).first()
    offers_anew = draft.ours != (ours.terms if ours else NOTHING)
    if ours and offers_anew:
        release(ours, by=by, now=now)
    deal = held(row.opportunity, by=by)
    current = Round.objects.select_related("contact").get(pk=row.pk)
    if current.version != version:
        raise Conflict(current)
    must(_may_change(current) & is_running(deal) & draft.faults(now=now) & of_customer(draft.contact_id, deal))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    _put(current, Side.THEIRS, draft.theirs)
    if offers_anew:
        _offer(current, deal, draft.ours, reason=reason, by=by, now=now)
    current = Round.objects.select_related("contact").get(pk=row.pk)
    if changes := changes_between(before=before, after=_said(current)):
        tell("edited", deal, current, by=by, now=now, changes=changes, facts={"number": current.number})
    return current


@transaction.atomic
def withdraw_round(*, row: Round, by: Principal, now: datetime) -> Round:
    """It was recorded by mistake: out of the list, with what was given in it; an offer of ours that still waits is taken
    back. ``restore_round`` brings it back (O5). Refused: round_agreed, deal_won, deal_closed."""
    waits = State.AWAITS_APPROVAL.value
    for waiting in (*row.positions.filter(state=waits), *row.concessions.filter(state=waits)):
        release(waiting, by=by, now=now)
    deal = held(row.opportunity, by=by)
    current = Round.objects.get(pk=row.pk)
    if current.withdrawn_at is not None:
        return current
    must(is_running(deal) & _may_change(current))
    take_back_given(current, by=by, now=now)
    current.positions.filter(side=Side.OURS.value, state__in=sorted({*PENDING, State.REFUSED})).update(
        state=State.WITHDRAWN.value
    )
    current.withdrawn_at = now
    current.save(update_fields=["withdrawn_at"])
    tell("round_withdrawn", deal, current, by=by, now=now, facts={"number": current.number})
    return current


@transaction.atomic
def restore_round(*, row: Round, by: Principal, now: datetime) -> Round:
    """Back in the list, with what was given in it. An offer that hadn't been settled stays taken back until it is offered
    again. Refused: deal_closed, deal_won, and what the ladder refuses."""
    deal = held(row.opportunity, by=by)
    current = Round.objects.get(pk=row.pk)
    if current.withdrawn_at is None:
        return current
    must(is_running(deal))
    bring_back_given(current, by=by, now=now)
    current.withdrawn_at = None
    current.save(update_fields=["withdrawn_at"])
    tell("round_restored", deal, current, by=by, now=now, facts={"number": current.number})
    return current


def _what_is_new(deal: Opportunity, draft: RoundDraft) -> RoundDraft:
    """Who says what he said before keeps to it: no new offer, nothing to judge, no new quiet period."""
    ours, theirs = on_the_table(deal)
    return replace(
        draft,
        ours=NOTHING if draft.ours == ours else draft.ours,
        theirs=NOTHING if draft.theirs == theirs else draft.theirs,
    )


def _offer(row: Round, deal: Opportunity, terms: Terms, *, reason: str, by: Principal, now: datetime) -> None:
    state = judged(deal, terms, by=by)
    position = _put(row, Side.OURS, terms, state=state, from_inside=state is not State.AWAITS_OWNER)
    if position is not None:
        wait(position, deal, label=offer_label(row), reason=reason, by=by, now=now)


def wait(
    row: Position | AgreedTerms, deal: Opportunity, *, label: str, reason: str, by: Principal, now: datetime
) -> None:
    """Whoever has to look at it is asked or told."""
    if row.standing is State.AWAITS_APPROVAL:
        ask_past_line(row, deal, label=label, reason=reason, by=by, now=now)
    elif row.standing is State.AWAITS_OWNER:
        for told in hooks.on_waiting:
            told(row, by, now)


def offer_label(row: Round) -> str:
    return _("第 %(number)s 轮报价") % {"number": row.number}


def _put(
    row: Round, side: Side, terms: Terms, *, state: State = State.STANDS, from_inside: bool = True
) -> Position | None:
    """What one side said; nothing is kept of who said nothing, unless something of his was there."""
    found = Position.objects.filter(round=row, side=side.value).first()
    if found is None and terms == NOTHING:
        return None
    position = found or Position(round=row, side=side.value)
    position.terms, position.state, position.from_inside = terms, state.value, from_inside
    position.save()
    return position


def _has_room(last: Round | None) -> Verdict:
    return no("too_many_rounds", most=MOST_ROUNDS) if last and last.number >= MOST_ROUNDS else YES


def _may_change(row: Round) -> Verdict:
    verdict = no("round_withdrawn") if row.withdrawn_at else YES
    if AgreedTerms.objects.standing().filter(round=row).exists():
        verdict &= no("round_agreed")
    return verdict


def _followup(deal: Opportunity, draft: RoundDraft, *, by: Principal, now: datetime) -> FollowUp | None:
    """What was said is a follow-up as well, where its outcome was named."""
    if not draft.outcome or not draft.note.strip():
        return None
    contact = Contact.objects.filter(pk=draft.contact_id).first() if draft.contact_id else None
    return record_followup(
        subject=deal, at=min(draft.held_at, now), channels=[draft.channel], outcome=FollowUpOutcome(draft.outcome),
        summary=draft.note, contact=contact, by=by, now=now,
    )  # fmt: skip


def _columns(draft: RoundDraft) -> dict[str, Any]:
    return {
        "held_at": draft.held_at,
        "channel": draft.channel,
        "contact_id": draft.contact_id,
        "note": draft.note.strip(),
    }


def _said(row: Round) -> dict[str, Any]:
    """A round as its history says it. Without states: they follow from the line."""
    said: dict[str, Any] = {
        "held_at": row.held_at,
        "channel": row.channel,
        "contact": row.contact.name if row.contact else "",
        "note": row.note,
    }
    found = {position.side: position.terms for position in Position.objects.filter(round=row)}
    for side in Side:
        said |= {f"{side.value}_{name}": value for name, value in terms_said(found.get(side.value, NOTHING)).items()}
    return said


def terms_said(terms: Terms) -> dict[str, Any]:
    return {
        "price": None if terms.price is None else str(cents(terms.price)),
        "delivery_days": terms.delivery_days,
        "payment": terms.payment.strip(),
        "extras": terms.extras.strip(),
        "clauses": "\n".join(terms.clauses),
    }


def _facts(row: Round, draft: RoundDraft) -> dict[str, Any]:
    return {"number": row.number, "ours": terms_said(draft.ours), "theirs": terms_said(draft.theirs)}
