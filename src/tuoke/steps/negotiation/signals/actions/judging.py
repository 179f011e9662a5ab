"""A sign looked at by a person: it is one, it is none, or he saw one himself. Each can be taken back."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.signals.actions.doors import held, is_open, must, tell
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.negotiation.signals.rules import SignalDraft, SignalState, reason_faults


@transaction.atomic
def confirm(*, signal: Signal, version: int, by: Principal, now: datetime) -> Signal:
    """确认 one that was found. Refused: deal_closed, signal_judged."""
    signal, deal = _locked(signal, version=version, by=by)
    must(is_open(deal) if signal.is_found else is_open(deal) & no("signal_judged"))
    _judge(signal, SignalState.CONFIRMED, by=by, now=now)
    tell("confirmed", deal, signal, by=by, now=now, facts=_facts(signal))
    return signal


@transaction.atomic
def dismiss(*, signal: Signal, version: int, reason: str, by: Principal, now: datetime) -> Signal:
    """不是信号, also for one that was ticked by mistake; it counts no more. Refused: deal_closed, too_long, text_broken."""
    signal, deal = _locked(signal, version=version, by=by)
    must(is_open(deal) & reason_faults(reason))
    if signal.is_dismissed:
        return signal
    signal.reason = reason.strip()
    _judge(signal, SignalState.DISMISSED, by=by, now=now)
    tell("dismissed", deal, signal, by=by, now=now, facts={**_facts(signal), "reason": signal.reason})
    return signal


@transaction.atomic
def reopen(*, signal: Signal, by: Principal, now: datetime) -> Signal:
    """Undo of ``confirm`` and ``dismiss``: as it was when it came in."""
    signal, deal = _locked(signal, version=None, by=by)
    must(is_open(deal))
    first = SignalState.TICKED if signal.follow_up_id is None else SignalState.FOUND
    if signal.state == first:
        return signal
    signal.reason = ""
    _judge(signal, first, by=by, now=now)
    tell("reopened", deal, signal, by=by, now=now, facts=_facts(signal))
    return signal


@transaction.atomic
def tick(*, deal: Opportunity, draft: SignalDraft, by: Principal, now: datetime) -> Signal:
    """手工记录 one that a colleague saw himself. Undone by ``dismiss``. Refused: deal_closed, and the draft's faults."""
    deal = held(deal, by=by)
    today = timezone.localdate(now)
    must(is_open(deal) & draft.faults(today=today))
    noon = timezone.make_aware(datetime.combine(draft.said_on, time(12)))
    signal = Signal.objects.create(
        opportunity=deal, kind=draft.kind.value, state=SignalState.TICKED.value, note=draft.note.strip(),
        said_at=min(noon, now), judged_by_id=by.user_id, judged_at=now, created_at=now,
    )  # fmt: skip
    tell("ticked", deal, signal, by=by, now=now, facts=_facts(signal))
    return signal


def _locked(signal: Signal, *, version: int | None, by: Principal) -> tuple[Signal, Opportunity]:
    deal = held(signal.opportunity, by=by)
    current = Signal.objects.select_for_update(of=("self",)).get(pk=signal.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current, deal


def _judge(signal: Signal, state: SignalState, *, by: Principal, now: datetime) -> None:
    signal.state, signal.judged_by_id, signal.judged_at = state.value, by.user_id, now
    signal.version += 1
    signal.save()


def _facts(signal: Signal) -> dict[str, Any]:
    return {"kinds": [signal.kind], "sentence": signal.sentence or signal.note}
