"""让步: from the ladder or named freely, within one's authority or with a manager's word (S6.1, S6.2, S6.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.models import key_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import actions as ladder
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.rounds.actions.asking import ask_for_concession, release
from tuoke.steps.negotiation.rounds.actions.doors import held, is_running, must, tell
from tuoke.steps.negotiation.rounds.models import ConcessionMade, Round
from tuoke.steps.negotiation.rounds.rules import (
    DROPPED,
    ConcessionDraft,
    RoundDraft,
    State,
    authority_of,
    needed_for,
    suffices,
)
from tuoke.steps.negotiation.rules import Authority


@transaction.atomic
def concede(
    *, row: Round, draft: ConcessionDraft, by: Principal, now: datetime, concession: Concession | None = None
) -> ConcessionMade:
    """Something given in a round: a step of the ladder (``draft.get`` blank: nothing came back), or what nobody planned.

    Refused: the draft's faults, round_withdrawn, concession_elsewhere, concession_given, concession_pending, no_approver.
    """
    deal = held(row.opportunity, by=by)
    withdrawn = Round.objects.filter(pk=row.pk, withdrawn_at__isnull=False).exists()
    must(is_running(deal) & _faults(draft, concession) & (no("round_withdrawn") if withdrawn else YES))
    return _give(deal, draft, concession, round_=row, by=by, now=now)


@transaction.atomic
def concede_extra(
    *,
    deal: Opportunity,
    give: str,
    source: models.Model | str,
    by: Principal,
    now: datetime,
    get: str = "",
    value: Decimal | None = None,
    concession: Concession | None = None,
) -> ConcessionMade:
    """An extra offered with a closing proposal counts like any other concession (S6.4), against the ladder where
    ``concession`` is a step of it, and against the authority. Once a ``source``; ``take_back_extra`` is its counterpart.

    Refused as ``concede``, and extra_given where this source gave one already.
    """
    deal = held(deal, by=by)
    draft = ConcessionDraft(give, get, value if value is not None or concession is None else concession.value)
    verdict = is_running(deal) & _faults(draft, concession)
    if ConcessionMade.objects.live().filter(source=key_of(source)).exists():
        verdict &= no("extra_given")
    must(verdict)
    return _give(deal, draft, concession, source=key_of(source), by=by, now=now)


def take_back_extra(*, source: models.Model | str, by: Principal, now: datetime) -> None:
    """The closing proposal that offered it is withdrawn; nothing happens where it gave nothing."""
    for made in ConcessionMade.objects.live().filter(source=key_of(source)):
        withdraw_concession(made=made, by=by, now=now)


@transaction.atomic
def withdraw_concession(*, made: ConcessionMade, by: Principal, now: datetime) -> ConcessionMade:
    """It wasn't given after all; its step of the ladder is free again. ``restore_concession`` brings it back (O5)."""
    release(made, by=by, now=now)
    deal = held(made.opportunity, by=by)
    current = ConcessionMade.objects.select_related("concession__plan").get(pk=made.pk)
    if current.standing is State.WITHDRAWN:
        return current
    must(is_running(deal))
    _drop(current, by=by, now=now)
    tell("concession_withdrawn", deal, current, by=by, now=now, facts={"give": current.give})
    return current


@transaction.atomic
def restore_concession(*, made: ConcessionMade, by: Principal, now: datetime) -> ConcessionMade:
    """Given after all; what is beyond one's authority is asked for anew. Refused: concession_given, concession_pending,
    extra_given, round_withdrawn, deal_closed, deal_won, no_approver."""
    deal = held(made.opportunity, by=by)
    current = ConcessionMade.objects.select_related("concession__plan", "round").get(pk=made.pk)
    if current.standing not in DROPPED:
        return current
    must(is_running(deal) & _may_come_back(current))
    _take_up(current, deal, reason="", by=by, now=now)
    tell("concession_restored", deal, current, by=by, now=now, facts={"give": current.give})
    return current


def give_all(row: Round, deal: Opportunity, draft: RoundDraft, *, reason: str, by: Principal, now: datetime) -> None:
    """What a round's form says was given: steps of the ladder, and what stands on none."""
    steps = {step.pk: step for step in Concession.objects.listed().filter(plan__opportunity=deal, pk__in=draft.taken)}
    must(YES if set(draft.taken) <= set(steps) else no("concession_elsewhere", field="taken"))
    for pk in draft.taken:
        step = steps[pk]
        said = ConcessionDraft(step.give, step.get if pk in draft.returned else "", step.value)
        _give(deal, said, step, round_=row, reason=reason, by=by, now=now)
    for named in draft.named:
        _give(deal, named, None, round_=row, reason=reason, by=by, now=now)


def take_back_given(row: Round, *, by: Principal, now: datetime) -> None:
    """With a round that is withdrawn goes what was given in it."""
    for made in row.concessions.live().select_related("concession__plan", "opportunity"):
        release(made, by=by, now=now)
        _drop(made, by=by, now=now)


def bring_back_given(row: Round, *, by: Principal, now: datetime) -> None:
    """What went with the round comes back with it."""
    gone = row.concessions.filter(state=State.WITHDRAWN.value, withdrawn_at=row.withdrawn_at)
    for made in gone.select_related("concession__plan", "opportunity"):
        must(_ladder_is_free(made.concession))
        _take_up(made, made.opportunity, reason="", by=by, now=now)


def _give(
    deal: Opportunity,
    draft: ConcessionDraft,
    concession: Concession | None,
    *,
    by: Principal,
    now: datetime,
    round_: Round | None = None,
    source: str = "",
    reason: str = "",
) -> ConcessionMade:
    must(_of_deal(concession, deal) & _ladder_is_free(concession))
    made = ConcessionMade(
        opportunity=deal, round=round_, concession=concession, source=source, give=draft.give.strip(),
        get=draft.get.strip(), value=draft.value, made_by_id=by.user_id, made_at=now,
    )  # fmt: skip
    _take_up(made, deal, reason=reason, by=by, now=now)
    tell("conceded", deal, made, by=by, now=now, facts=_facts(made))
    return made


def _take_up(made: ConcessionMade, deal: Opportunity, *, reason: str, by: Principal, now: datetime) -> None:
    """Within one's authority it is given now; beyond it somebody above is asked first."""
    needed = needed_of(made)
    may = suffices(authority_of(by.roles), needed)
    made.state = (State.STANDS if may else State.AWAITS_APPROVAL).value
    made.withdrawn_at = None
    made.save()
    if not may:
        ask_for_concession(made, deal, needed=needed, reason=reason, by=by, now=now)
    elif made.concession is not None:
        ladder.concede(concession=made.concession, by=by, now=now)


def needed_of(made: ConcessionMade) -> Authority:
    """What the ladder says; what stands on none by what it costs."""
    if made.concession is not None:
        return Authority(made.concession.authority)
    return needed_for(made.value or Decimal(0))


def _drop(made: ConcessionMade, *, by: Principal, now: datetime) -> None:
    was_given = made.standing is State.STANDS
    made.state, made.withdrawn_at = State.WITHDRAWN.value, now
    made.save(update_fields=["state", "withdrawn_at"])
    if was_given and made.concession is not None:
        ladder.take_back(concession=made.concession, by=by, now=now)


def _faults(draft: ConcessionDraft, concession: Concession | None) -> Verdict:
    """What a step of the ladder costs may be unknown."""
    unknown = draft.value is None and concession is not None
    return (replace(draft, value=Decimal(0)) if unknown else draft).faults()


def _of_deal(concession: Concession | None, deal: Opportunity) -> Verdict:
    if concession is None or concession.plan.opportunity_id == deal.pk:
        return YES
    return no("concession_elsewhere", field="taken")


def _ladder_is_free(concession: Concession | None) -> Verdict:
    if concession is None:
        return YES
    if ConcessionMade.objects.live().filter(concession=concession).exists():
        return no("concession_pending", give=concession.give)
    return YES


def _may_come_back(made: ConcessionMade) -> Verdict:
    verdict = _ladder_is_free(made.concession)
    if made.round is not None and made.round.withdrawn_at:
        verdict &= no("round_withdrawn")
    if made.source and ConcessionMade.objects.live().filter(source=made.source).exists():
        verdict &= no("extra_given")
    return verdict


def _facts(made: ConcessionMade) -> dict[str, Any]:
    return {
        "give": made.give,
        "get": made.get,
        "value": None if made.value is None else str(made.value),
        "number": made.round.number if made.round else None,
    }
