"""到账与退款. What was entered is never edited: it is withdrawn, with all rows of its transfer, and entered anew."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.spine.deals.doors import ENTERED_LATE, began_on, is_open, must, not_before
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.payments import hooks
from tuoke.steps.contracts.payments.actions.doors import held, locked_receipt, received_for, recount, tell
from tuoke.steps.contracts.payments.actions.ending import after_refund
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.payments.queries.book import basis_of
from tuoke.steps.contracts.payments.queries.standing import paid_of
from tuoke.steps.contracts.payments.rules import (
    REASON_LIMIT,
    Open,
    ReceiptDraft,
    allot,
    may_receive,
    may_refund,
)


@transaction.atomic
def receive(
    *, deal: Opportunity, draft: ReceiptDraft, instalment: Instalment | None, by: Principal, now: datetime
) -> list[Receipt]:
    """Money came in, for one instalment, or (None) for the open ones in the order in which they are due; what is left over
    belongs to none yet. Refused: whatever ``rules.may_receive`` finds, instalment_elsewhere, is_withdrawn, already_entered,
    deal_closed."""
    deal = held(deal, by=by)
    target, verdict = _target(deal, instalment)
    basis, _contract = basis_of(deal)
    verdict &= is_open(deal) & may_receive(
        draft, basis=basis, received=paid_of(deal), rest=target.rest if target else None,
        count=Receipt.objects.filter(opportunity=deal).count(), today=timezone.localdate(now),
    ) & _entered_once(deal, draft) & not_before(began_on(deal) - ENTERED_LATE, draft.received_on, field="received_on")  # fmt: skip
    must(verdict)
    assert draft.amount is not None, "may_receive has seen to it"
    opens = [target] if target else _opens(deal)
    parts = allot(draft.amount, (Open(row.pk, row.rest) for row in opens))
    rows = _entered(deal, draft, parts, by=by, now=now)
    recount(opens)
    names = [row.name for row in opens if row.pk in {key for key, _part in parts}]
    tell("received", rows[0], by=by, now=now, facts={**_said(draft.amount, rows[0]), "names": names})
    for told in hooks.on_received:
        told(rows, by, now)
    return rows


@transaction.atomic
def refund(
    *, deal: Opportunity, draft: ReceiptDraft, instalment: Instalment | None, by: Principal, now: datetime
) -> Receipt:
    """Money was paid back; ``draft.amount`` is above 0, its note says why. Refused: whatever ``rules.may_refund`` finds,
    instalment_elsewhere, deal_closed."""
    deal = held(deal, by=by)
    target, verdict = _target(deal, instalment)
    verdict &= is_open(deal) & may_refund(
        draft, received=received_for(deal, target), count=Receipt.objects.filter(opportunity=deal).count(),
        today=timezone.localdate(now),
    )  # fmt: skip
    must(verdict)
    assert draft.amount is not None, "may_refund has seen to it"
    (row,) = _entered(deal, draft, [(target.pk if target else None, -draft.amount)], by=by, now=now)
    recount([target] if target else [])
    names = [target.name] if target else []
    tell("refunded", row, by=by, now=now, facts={**_said(draft.amount, row), "names": names, "reason": row.note})
    if target is not None:
        after_refund(target, by=by, now=now)
    return row


@transaction.atomic
def withdraw_receipt(*, receipt: Receipt, reason: str, by: Principal, now: datetime) -> list[Receipt]:
    """It was entered wrongly: all rows of its transfer go. Refused: reason_missing, too_long, is_withdrawn, would_be_negative
    (a refund rests on it), deal_closed."""
    row = locked_receipt(receipt, by=by)
    deal = row.opportunity
    verdict = is_open(deal) & (YES if reason.strip() else no("reason_missing", field="reason"))
    if len(reason) > REASON_LIMIT:
        verdict &= no("too_long", field="reason", limit=REASON_LIMIT, length=len(reason))
    if row.withdrawn_at is not None:
        verdict &= no("receipt_is_withdrawn")
    must(verdict)
    rows = list(Receipt.objects.standing().filter(opportunity=deal, transfer=row.transfer).select_related("instalment"))
    for one in rows:
        if received_for(deal, one.instalment) - one.amount < 0:
            raise Refused(no("would_be_negative"))
        one.withdrawn_at, one.withdrawn_by_id, one.withdrawn_reason = now, by.user_id, reason.strip()
        one.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    recount(one.instalment for one in rows if one.instalment)
    whole = sum((one.amount for one in rows), Decimal(0))
    tell("receipt_withdrawn", row, by=by, now=now, facts={**_said(whole, row), "reason": reason.strip()})
    return rows


@transaction.atomic
def restore_receipt(*, receipt: Receipt, by: Principal, now: datetime) -> list[Receipt]:
    """Refused: receipt_not_withdrawn, not_signed, over_contract_received, no_room (its instalment has been paid otherwise, or
    is withdrawn), would_be_negative, deal_closed."""
    row = locked_receipt(receipt, by=by)
    deal = row.opportunity
    must(is_open(deal) & (YES if row.withdrawn_at is not None else no("receipt_not_withdrawn")))
    rows = list(
        Receipt.objects.filter(opportunity=deal, transfer=row.transfer, withdrawn_at=row.withdrawn_at).select_related(
            "instalment"
        )
    )
    must(_may_come_back(deal, rows))
    for one in rows:
        one.withdrawn_at, one.withdrawn_by, one.withdrawn_reason = None, None, ""
        one.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    recount(one.instalment for one in rows if one.instalment)
    whole = sum((one.amount for one in rows), Decimal(0))
    tell("receipt_restored", row, by=by, now=now, facts=_said(whole, row))
    return rows


@transaction.atomic
def assign_receipt(*, receipt: Receipt, instalment: Instalment | None, by: Principal, now: datetime) -> Receipt:
    """It belongs to another instalment, or (None) to none. Refused: instalment_elsewhere, is_withdrawn, receipt_is_withdrawn,
    over_instalment, would_be_negative, deal_closed."""
    row = locked_receipt(receipt, by=by)
    deal, before = row.opportunity, row.instalment
    target, verdict = _target(deal, instalment)
    verdict &= is_open(deal)
    if row.withdrawn_at is not None:
        verdict &= no("receipt_is_withdrawn")
    if target is not None and target != before and row.amount > target.rest:
        verdict &= no("over_instalment", field="instalment", rest=target.rest, more=row.amount - target.rest)
    if target != before and (
        received_for(deal, before) - row.amount < 0 or received_for(deal, target) + row.amount < 0
    ):
        verdict &= no("would_be_negative")
    must(verdict)
    row.instalment = target
    row.save(update_fields=["instalment"])
    recount(one for one in (before, target) if one is not None)
    names = [before.name if before else "", target.name if target else ""]
    tell("receipt_moved", row, by=by, now=now, facts={**_said(row.amount, row), "from_to": names})
    return row


def _target(deal: Opportunity, instalment: Instalment | None) -> tuple[Instalment | None, Verdict]:
    if instalment is None:
        return None, YES
    row = Instalment.objects.filter(pk=instalment.pk, opportunity=deal).first()
    if row is None:
        return None, no("instalment_elsewhere", field="instalment")
    return row, YES if row.withdrawn_at is None else no("is_withdrawn", name=row.name, field="instalment")


def _opens(deal: Opportunity) -> list[Instalment]:
    rows = list(Instalment.objects.open().filter(opportunity=deal))
    return sorted(
        rows, key=lambda row: (row.due_on is None, row.due_on, row.pk) if row.due_on else (True, None, row.pk)
    )


def _entered_once(deal: Opportunity, draft: ReceiptDraft) -> Verdict:
    """The same transfer number on the same day is the same money."""
    reference = draft.reference.strip()
    if not reference or draft.received_on is None:
        return YES
    same = Receipt.objects.standing().filter(
        opportunity=deal, reference=reference, received_on=draft.received_on, amount__gt=0
    )
    return no("already_entered", field="reference", reference=reference) if same.exists() else YES


def _entered(
    deal: Opportunity, draft: ReceiptDraft, parts: list[tuple[int | None, Decimal]], *, by: Principal, now: datetime
) -> list[Receipt]:
    assert draft.received_on is not None, "the rules have seen to it"
    transfer = uuid.uuid4()
    return [
        Receipt.objects.create(
            opportunity=deal, instalment_id=key, transfer=transfer, amount=part, received_on=draft.received_on,
            method=draft.method.value, reference=draft.reference.strip(), payer=draft.payer.strip(),
            note=draft.note.strip(), owner_id=deal.owner_id, department_id=deal.department_id, entered_at=now,
            entered_by_id=by.user_id,
        )
        for key, part in parts
    ]  # fmt: skip


def _may_come_back(deal: Opportunity, rows: list[Receipt]) -> Verdict:
    basis, _contract = basis_of(deal)
    whole, received = sum((one.amount for one in rows), Decimal(0)), paid_of(deal)
    if not basis.takes_money or basis.amount is None:
        return no("not_signed")
    verdict = YES
    if received + whole > basis.amount:
        left = max(basis.amount - received, Decimal(0))
        verdict &= no("over_contract_received", left=left, whole=basis.amount)
    for one in rows:
        target = one.instalment
        if target is not None and (target.withdrawn_at is not None or one.amount > target.rest):
            verdict &= no("no_room", name=target.name)
        if received_for(deal, target) + one.amount < 0:
            verdict &= no("would_be_negative")
    return verdict


def _said(amount: Decimal, row: Receipt) -> dict[str, object]:
    return {"amount": str(abs(amount)), "received_on": row.received_on.isoformat(), "reference": row.reference}
