"""What may be planned and received, how a whole is split, when an instalment is due or late. Plain Python, yuan to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no

NAME_LIMIT, NOTE_LIMIT, REFERENCE_LIMIT, PAYER_LIMIT, REASON_LIMIT = 60, 500, 60, 120, 200
MOST_INSTALMENTS, MOST_RECEIPTS = 60, 300
MOST_DAYS_AFTER, MOST_REMIND, USUAL_REMIND = 3650, 60, 7
EARLIEST, FURTHEST = date(2000, 1, 1), timedelta(days=30 * 366)
REMIND_AGAIN = 7
"""So many days apart one is reminded of an overdue instalment."""
MOST = Decimal(10) ** 12
CENT = Decimal("0.01")


class Method(StrEnum):
    BANK = "bank"
    DRAFT = "draft"
    CHEQUE = "cheque"
    ONLINE = "online"
    CASH = "cash"
    OTHER = "other"
    UNKNOWN = ""


class State(StrEnum):
    """``WAITING``: what it waits for has no day yet."""

    WAITING = "waiting"
    PLANNED = "planned"
    SOON = "soon"
    OVERDUE = "overdue"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """Where the whole comes from: of a contract that is only written money is planned, but none received."""

    SIGNED = "signed"
    ENDED = "ended"
    WON = "won"
    DRAFT = "draft"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What all instalments and receipts of a deal may add up to; None: no amount is named."""

    amount: Decimal | None
    source: Source

    @property
    def takes_money(self) -> bool:
        return self.amount is not None and self.source in (Source.SIGNED, Source.ENDED, Source.WON)


@dataclass(frozen=True, slots=True)
class InstalmentDraft:
    """Due ``on`` a day, or ``days_after`` the end of a ``milestone`` (its id), counted ``in_workdays`` or as the calendar
    has them; ``event`` is what it waits for where neither is known yet (a contract's payment clause)."""

    name: str
    amount: Decimal | None
    on: date | None = None
    milestone: int | None = None
    days_after: int = 0
    in_workdays: bool = False
    remind_days: int = USUAL_REMIND
    method: Method = Method.UNKNOWN
    note: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    amount: Decimal | None
    received_on: date | None
    method: Method = Method.UNKNOWN
    reference: str = ""
    payer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """An instalment that money can go to, and what it still lacks."""

    key: int
    rest: Decimal


# Planning


def may_plan(
    draft: InstalmentDraft, *, basis: Basis, others: Decimal, received: Decimal, count: int, today: date
) -> Verdict:
    """Every reason against it. ``others``: what the other standing instalments add up to; ``count`` how many they are;
    ``received``: what has come in for this one."""
    verdict = _texts(draft) & _amount(draft.amount) & _day(draft, today=today)
    if not 0 <= draft.remind_days <= MOST_REMIND:
        verdict &= no("remind_days", most=MOST_REMIND, field="remind_days")
    if count >= MOST_INSTALMENTS:
        verdict &= no("too_many", most=MOST_INSTALMENTS)
    if basis.source is Source.NONE:
        verdict &= no("no_contract")
    elif basis.amount is None:
        verdict &= no("no_amount")
    elif others + _sound(draft.amount) > basis.amount:
        verdict &= no("over_contract", field="amount", left=max(basis.amount - others, Decimal(0)), whole=basis.amount)
    if 0 < _sound(draft.amount) < received:
        verdict &= no("below_received", field="amount", received=received)
    return verdict


def split(whole: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """A whole by percentages: each cut to the cent, the last takes the rest where they make up the whole."""
    parts = [(whole * share / 100).quantize(CENT, ROUND_DOWN) for share in shares]
    if parts and sum(shares) == 100:
        parts[-1] = whole - sum(parts[:-1])
    return parts


def due_after(day: date, days: int) -> date | None:
    """None beyond the calendar's end."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


# Receiving


def may_receive(
    draft: ReceiptDraft, *, basis: Basis, received: Decimal, rest: Decimal | None, count: int, today: date
) -> Verdict:
    """``received``: what has come in for the whole deal. ``rest``: what the instalment still lacks that was named; None
    where none was."""
    verdict = _receipt(draft, count=count, today=today)
    if not basis.takes_money:
        return verdict & no("not_signed")
    assert basis.amount is not None, "takes_money has seen to it"
    amount = _sound(draft.amount)
    if received + amount > basis.amount:
        left = max(basis.amount - received, Decimal(0))
        verdict &= no("over_contract_received", field="amount", left=left, whole=basis.amount)
    elif rest is not None and amount > rest:
        verdict &= no("over_instalment", field="amount", rest=rest, more=amount - rest)
    return verdict


def may_refund(draft: ReceiptDraft, *, received: Decimal, count: int, today: date) -> Verdict:
    """``received``: what has come in for the instalment that is named, or else what isn't set against any."""
    verdict = _receipt(draft, count=count, today=today)
    if not draft.note.strip():
        verdict &= no("refund_reason_missing", field="note")
    if _sound(draft.amount) > received:
        verdict &= no("refund_too_large", field="amount", received=received)
    return verdict


def allot(amount: Decimal, opens: Iterable[Open]) -> list[tuple[int | None, Decimal]]:
    """Money goes to the instalments in their order, each up to what it lacks; the rest to none (None)."""
    parts: list[tuple[int | None, Decimal]] = []
    for one in opens:
        part = min(amount, one.rest)
        if part > 0:
            parts.append((one.key, part))
            amount -= part
    return [*parts, (None, amount)] if amount > 0 else parts


# How it stands


def state_of(*, due_on: date | None, settled_on: date | None, withdrawn: bool, remind_days: int, today: date) -> State:
    if withdrawn:
        return State.WITHDRAWN
    if settled_on is not None:
        return State.SETTLED
    if due_on is None:
        return State.WAITING
    if due_on < today:
        return State.OVERDUE
    return State.SOON if (due_on - today).days <= remind_days else State.PLANNED


def next_reminder(*, due_on: date | None, remind_days: int, told_on: date | None) -> date | None:
    """The day on which somebody is to hear of it next: ahead, on the first day it is late, then every week."""
    if due_on is None:
        return None
    ahead = due_on - timedelta(days=remind_days)
    if told_on is None or told_on < ahead:
        return ahead
    return due_on + timedelta(days=1) if told_on <= due_on else told_on + timedelta(days=REMIND_AGAIN)


# Parts


def _texts(draft: InstalmentDraft) -> Verdict:
    verdict = YES if draft.name.strip() else no("name_missing", field="name")
    return verdict & _length("name", draft.name, NAME_LIMIT) & _length("note", draft.note, NOTE_LIMIT)


def _day(draft: InstalmentDraft, *, today: date) -> Verdict:
    if draft.on is not None and draft.milestone is not None:
        return no("due_twice", field="on")
    if draft.on is None and draft.milestone is None and not draft.event:
        return no("due_missing", field="on")
    verdict = YES
    if draft.on is not None and not EARLIEST <= draft.on <= today + FURTHEST:
        verdict &= no("day_odd", field="on")
    if not 0 <= draft.days_after <= MOST_DAYS_AFTER:
        verdict &= no("days_after", most=MOST_DAYS_AFTER, field="days_after")
    return verdict


def _receipt(draft: ReceiptDraft, *, count: int, today: date) -> Verdict:
    verdict = _amount(draft.amount)
    if draft.received_on is None:
        verdict &= no("received_on_missing", field="received_on")
    elif draft.received_on > today:
        verdict &= no("received_in_future", field="received_on")
    elif draft.received_on < EARLIEST:
        verdict &= no("day_odd", field="received_on")
    if count >= MOST_RECEIPTS:
        verdict &= no("too_many_receipts", most=MOST_RECEIPTS)
    verdict &= _length("reference", draft.reference, REFERENCE_LIMIT) & _length("payer", draft.payer, PAYER_LIMIT)
    return verdict & _length("note", draft.note, NOTE_LIMIT)


def _sound(amount: Decimal | None) -> Decimal:
    """What sums are judged with: nothing, where it is no amount (``_amount`` says so)."""
    return amount if amount is not None and amount.is_finite() and amount > 0 else Decimal(0)


def _amount(amount: Decimal | None) -> Verdict:
    if amount is None:
        return no("amount_missing", field="amount")
    if not amount.is_finite():
        return no("amount_odd", field="amount")
    if amount <= 0:
        return no("amount_not_positive", field="amount")
    if amount >= MOST:
        return no("amount_odd", field="amount")
    return YES if amount == amount.quantize(CENT) else no("amount_too_fine", field="amount")


def _length(field: str, text: str, limit: int) -> Verdict:
    return YES if len(text) <= limit else no("too_long", field=field, limit=limit, length=len(text))
