"""签约建议: proposed, answered, taken back. An extra that went with it is written down as a concession (S6.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.signals import hooks
from tuoke.steps.negotiation.signals.actions.doors import held, is_open, is_running, must, tell
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal
from tuoke.steps.negotiation.signals.rules import AnswerDraft, ClosingDraft


@transaction.atomic
def propose(*, deal: Opportunity, draft: ClosingDraft, by: Principal, now: datetime) -> ClosingProposal:
    """记下提过的签约建议.

    Refused: deal_closed, deal_won, the draft's faults, signal_elsewhere, signal_dismissed, item_elsewhere,
    concession_elsewhere, concession_given; and whatever the room of rounds says of the extra.
    """
    deal = held(deal, by=by)
    signal, version, step = _signal(deal, draft), _version(draft), _step(deal, draft)
    verdict = is_running(deal) & draft.faults(today=timezone.localdate(now)) & _signal_verdict(draft, signal)
    verdict &= no("item_elsewhere", field="text") if draft.version_id and version is None else YES
    must(verdict & _step_verdict(draft, step))
    closing = ClosingProposal.objects.create(
        opportunity=deal, signal=signal, item_version=version, text=draft.text.strip(), concession=step,
        extra=step.give if step else draft.extra.strip(), returns=draft.returns.strip(),
        value=step.value if step else draft.value, offered_on=draft.offered_on, offered_by_id=by.user_id, created_at=now,
    )  # fmt: skip
    _give(closing, by=by, now=now)
    tell("proposed", deal, closing, by=by, now=now, facts=_facts(closing))
    return closing


@transaction.atomic
def answer(
    *, closing: ClosingProposal, version: int, draft: AnswerDraft, by: Principal, now: datetime
) -> ClosingProposal:
    """What the customer said to it; said again, the later answer counts. Refused: deal_closed, closing_withdrawn, faults."""
    closing, deal = _locked(closing, version=version, by=by)
    verdict = is_open(deal) & (no("closing_withdrawn") if closing.withdrawn_at else YES)
    must(verdict & draft.faults(offered_on=closing.offered_on, today=timezone.localdate(now)))
    closing.answer, closing.answered_on = draft.answer.value, draft.answered_on
    closing.answer_note = draft.note.strip()
    _save(closing)
    facts = {**_facts(closing), "answer": closing.answer, "note": closing.answer_note}
    tell("answered", deal, closing, by=by, now=now, facts=facts)
    return closing


@transaction.atomic
def withdraw(*, closing: ClosingProposal, by: Principal, now: datetime) -> ClosingProposal:
    """It wasn't proposed after all; its extra is no concession any more. ``restore`` brings both back (O5)."""
    for take_back in hooks.extra_taken_back if closing.extra else ():
        take_back(source=closing, by=by, now=now)  # ends a request: before the deal is locked (ADR 18)
    closing, deal = _locked(closing, version=None, by=by)
    if closing.withdrawn_at is not None:
        return closing
    must(is_open(deal))
    closing.withdrawn_at = now
    _save(closing)
    tell("closing_withdrawn", deal, closing, by=by, now=now, facts=_facts(closing))
    return closing


@transaction.atomic
def restore(*, closing: ClosingProposal, by: Principal, now: datetime) -> ClosingProposal:
    """Refused as ``propose`` where its extra can't be given any more."""
    closing, deal = _locked(closing, version=None, by=by)
    if closing.withdrawn_at is None:
        return closing
    must(is_running(deal))
    closing.withdrawn_at = None
    _save(closing)
    _give(closing, by=by, now=now)
    tell("closing_restored", deal, closing, by=by, now=now, facts=_facts(closing))
    return closing


def _give(closing: ClosingProposal, *, by: Principal, now: datetime) -> None:
    for give in hooks.extra_given if closing.extra else ():
        give(
            deal=closing.opportunity, give=closing.extra, get=closing.returns, value=closing.value,
            concession=closing.concession, source=closing, by=by, now=now,
        )  # fmt: skip


def _signal(deal: Opportunity, draft: ClosingDraft) -> Signal | None:
    return Signal.objects.filter(opportunity=deal, pk=draft.signal_id).first() if draft.signal_id else None


def _signal_verdict(draft: ClosingDraft, signal: Signal | None) -> Verdict:
    if draft.signal_id is None:
        return YES
    if signal is None:
        return no("signal_elsewhere", field="signal")
    return no("signal_dismissed", field="signal") if signal.is_dismissed else YES


def _version(draft: ClosingDraft) -> ItemVersion | None:
    if draft.version_id is None:
        return None
    return ItemVersion.objects.filter(item__kind=ItemKind.CLOSING.value, pk=draft.version_id).first()


def _step(deal: Opportunity, draft: ClosingDraft) -> Concession | None:
    steps = Concession.objects.listed().filter(plan__opportunity=deal)
    return steps.select_related("plan").filter(pk=draft.concession_id).first() if draft.concession_id else None


def _step_verdict(draft: ClosingDraft, step: Concession | None) -> Verdict:
    if draft.concession_id is None:
        return YES
    if step is None:
        return no("concession_elsewhere", field="concession")
    return no("concession_given", field="concession") if step.is_given else YES


def _locked(closing: ClosingProposal, *, version: int | None, by: Principal) -> tuple[ClosingProposal, Opportunity]:
    deal = held(closing.opportunity, by=by)
    rows = ClosingProposal.objects.select_for_update(of=("self",))
    current = rows.select_related("concession__plan", "opportunity").get(pk=closing.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current, deal


def _save(closing: ClosingProposal) -> None:
    closing.version += 1
    closing.save()


def _facts(closing: ClosingProposal) -> dict[str, Any]:
    return {"text": closing.text, "extra": closing.extra, "on": closing.offered_on}
