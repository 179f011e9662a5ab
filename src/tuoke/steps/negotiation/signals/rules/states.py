"""What may be said of a sign and of a proposal to sign. Plain Python: no clock, no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.library.rules import SignalKind

TEXT_LIMIT, EXTRA_LIMIT, NOTE_LIMIT, REASON_LIMIT = 2000, 200, 500, 200
MOST_VALUE = Decimal("1000000000")
FIRST_DAY = date(2000, 1, 1)


class SignalState(StrEnum):
    FOUND = "found"  # in a text; nobody has looked yet
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    TICKED = "ticked"  # by hand


STANDING = (SignalState.FOUND, SignalState.CONFIRMED, SignalState.TICKED)
"""A sign that counts: also one that nobody has looked at yet."""


class Answer(StrEnum):
    """What the customer said to a proposal to sign."""

    PENDING = ""
    ACCEPTED = "accepted"
    LATER = "later"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class SignalDraft:
    """A sign that a colleague saw himself (S6.4)."""

    kind: SignalKind
    said_on: date
    note: str = ""

    def faults(self, *, today: date) -> Verdict:
        """in_future · too_early · too_long · text_broken, each with its field."""
        return _day(self.said_on, "said_on", today=today) & text_fault(self.note, field="note", limit=NOTE_LIMIT)


@dataclass(frozen=True, slots=True)
class ClosingDraft:
    """A proposal to sign, and the extra that went with it: a step of the ladder (``concession_id``), or ``extra`` in words
    with what it costs us. ``returns``: what we get for it."""

    text: str
    offered_on: date
    signal_id: int | None = None
    version_id: int | None = None
    concession_id: int | None = None
    extra: str = ""
    returns: str = ""
    value: Decimal | None = None

    def faults(self, *, today: date) -> Verdict:
        """text_missing · in_future · too_early · extra_twice · value_missing · value_alone · value_odd · too_long …"""
        verdict = YES if self.text.strip() else no("text_missing", field="text")
        verdict &= text_fault(self.text, field="text", limit=TEXT_LIMIT) & _day(
            self.offered_on, "offered_on", today=today
        )
        verdict &= text_fault(self.extra, field="extra", limit=EXTRA_LIMIT) & text_fault(
            self.returns, field="returns", limit=EXTRA_LIMIT
        )
        if self.concession_id is not None and self.extra.strip():
            verdict &= no("extra_twice", field="extra")
        return verdict & self._value()

    def _value(self) -> Verdict:
        """A concession off the ladder counts against the authority, so what it costs must be known."""
        if self.value is None:
            return no("value_missing", field="value") if self.extra.strip() else YES
        if not self.extra.strip():
            return no("value_alone", field="value")
        if not self.value.is_finite() or not 0 <= self.value <= MOST_VALUE or self.value != round(self.value, 2):
            return no("value_odd", field="value")
        return YES


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    answer: Answer
    answered_on: date
    note: str = ""

    def faults(self, *, offered_on: date, today: date) -> Verdict:
        """answer_missing · in_future · before_offer · too_long · text_broken."""
        verdict = YES if self.answer else no("answer_missing", field="answer")
        verdict &= _day(self.answered_on, "answered_on", today=today) & text_fault(
            self.note, field="note", limit=NOTE_LIMIT
        )
        if FIRST_DAY <= self.answered_on < offered_on:
            verdict &= no("before_offer", field="answered_on", first=offered_on)
        return verdict


def reason_faults(reason: str) -> Verdict:
    return text_fault(reason, field="reason", limit=REASON_LIMIT)


def _day(day: date, field: str, *, today: date) -> Verdict:
    if day > today:
        return no("in_future", field=field, today=today)
    return YES if day >= FIRST_DAY else no("too_early", field=field, first=FIRST_DAY)
