"""What people type about a contract, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from unicodedata import category

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import cents, text_fault
from tuoke.steps.contracts.rules.states import (
    NOTE_LIMIT,
    PARTY_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Kind,
    Part,
)

MOST_AMOUNT = Decimal("999999999999.99")
MOST_DAYS = 3650
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class HeadDraft:
    """The head of a contract. ``amount`` is yuan in all; of an amendment by how much the contract changes, below zero
    where it becomes less."""

    title: str
    amount: Decimal | None = None
    tax_note: str = ""
    our_party: str = ""
    their_party: str = ""
    our_signer_id: int | None = None
    their_signer_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    delivery_days: int | None = None
    delivery_on: date | None = None

    def faults(self, kind: Kind) -> Verdict:
        verdict = YES if says_something(self.title) else no("title_missing", field="title")
        limits = {"title": TITLE_LIMIT, "tax_note": NOTE_LIMIT, "our_party": PARTY_LIMIT, "their_party": PARTY_LIMIT}
        for field, limit in limits.items():
            verdict &= text_fault(getattr(self, field), field=field, limit=limit)
        verdict &= amount_fault(self.amount, kind)
        if self.delivery_days is not None and not 1 <= self.delivery_days <= MOST_DAYS:
            verdict &= no("days_out_of_range", field="delivery_days", most=MOST_DAYS)
        for field in ("starts_on", "ends_on", "delivery_on"):
            verdict &= day_fault(getattr(self, field), field=field)
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            verdict &= no("ends_before_start", field="ends_on", start=self.starts_on)
        if self.starts_on and self.delivery_on and self.delivery_on < self.starts_on:
            verdict &= no("delivered_before_start", field="delivery_on", start=self.starts_on)
        if self.ends_on and self.delivery_on and self.delivery_on > self.ends_on:
            verdict &= no("delivered_after_end", field="delivery_on", end=self.ends_on)
        return verdict


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    part: str
    title: str
    text: str

    def faults(self) -> Verdict:
        verdict = YES if says_something(self.title) else no("title_missing", field="title")
        verdict &= YES if says_something(self.text) else no("text_missing", field="text")
        verdict &= text_fault(self.title, field="title", limit=TITLE_LIMIT)
        verdict &= text_fault(self.text, field="text", limit=TEXT_LIMIT)
        return verdict & (YES if self.part in set(Part) else no("part_unknown", field="part"))


@dataclass(frozen=True, slots=True)
class SignDraft:
    """Which version was signed, and on which day."""

    version_id: int
    signed_on: date

    def faults(self, *, today: date) -> Verdict:
        if self.signed_on > today:
            return no("signed_in_future", field="signed_on", today=today)
        return day_fault(self.signed_on, field="signed_on")


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """A contract that was signed on paper before it came here."""

    title: str
    amount: Decimal | None
    signed_on: date
    reason: str
    starts_on: date | None = None
    ends_on: date | None = None

    def faults(self, *, today: date) -> Verdict:
        verdict = HeadDraft(self.title, self.amount, starts_on=self.starts_on, ends_on=self.ends_on).faults(Kind.MAIN)
        if self.amount is None:
            verdict &= no("amount_missing", field="amount")
        return verdict & SignDraft(0, self.signed_on).faults(today=today) & reason_fault(self.reason)


def says_something(text: str) -> bool:
    """Whether anything of it can be seen: neither spaces nor signs without a width make a text."""
    return any(category(sign)[0] not in "ZC" for sign in text)


def amount_fault(amount: Decimal | None, kind: Kind) -> Verdict:
    if amount is None:
        return YES
    if not amount.is_finite() or abs(amount) > MOST_AMOUNT:
        return no("amount_out_of_range", field="amount")
    if kind is Kind.MAIN and amount <= 0:
        return no("amount_out_of_range", field="amount")
    return YES if amount == cents(amount) else no("amount_too_fine", field="amount")


def day_fault(day: date | None, *, field: str) -> Verdict:
    if day is None or FIRST_DAY <= day <= LAST_DAY:
        return YES
    return no("date_out_of_range", field=field, first=FIRST_DAY, last=LAST_DAY)


def reason_fault(reason: str) -> Verdict:
    verdict = YES if says_something(reason) else no("reason_missing", field="reason")
    return verdict & text_fault(reason, field="reason", limit=REASON_LIMIT)
