"""Signs found in what was recorded: in its transaction, two inserts for one note as for a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import event_of, record_many
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.negotiation.signals import hooks
from tuoke.steps.negotiation.signals.actions.doors import party_of
from tuoke.steps.negotiation.signals.models import Signal
from tuoke.steps.negotiation.signals.rules import SignalState, find


@transaction.atomic
def find_in(followups: Sequence[FollowUp], by: Principal, now: datetime) -> list[Signal]:
    """``followups.hooks.on_recorded``: signs of a deal that is still open. Who recorded it needs no right to negotiate."""
    found = [
        Signal(
            opportunity=followup.opportunity, follow_up=followup, kind=sign.kind.value, sentence=sign.sentence,
            start=sign.start, end=sign.end, rule=sign.rule, state=SignalState.FOUND.value, said_at=followup.at,
            created_at=now,
        )
        for followup in followups
        if followup.reached and followup.opportunity is not None and followup.opportunity.is_running
        for sign in find(followup.summary)
    ]  # fmt: skip
    if not found:
        return []
    signals = Signal.objects.bulk_create(found)
    _tell(signals, by=by, now=now)
    for told in hooks.on_found:
        told(signals, by, now)
    return signals


def _tell(signals: Sequence[Signal], *, by: Principal, now: datetime) -> None:
    """One line on the timeline a note, whatever it holds."""
    notes: dict[int, list[Signal]] = {}
    for signal in signals:
        notes.setdefault(signal.follow_up_id or 0, []).append(signal)
    record_many(
        event_of(
            kind="signals.found",
            subject=of_note[0],
            thread=of_note[0].opportunity,
            party=party_of(of_note[0].opportunity),
            by=by,
            at=now,
            facts={"kinds": [signal.kind for signal in of_note], "sentence": of_note[0].sentence},
        )
        for of_note in notes.values()
    )
