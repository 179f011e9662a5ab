"""One round: what each side offers, and what may be written down of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.steps.negotiation.rules import Terms

MOST_ROUNDS = 200
"""Rounds of one deal. What is drawn of all of them is bounded by it."""
MOST_PRICE = Decimal(10) ** 12
LONGEST_DAYS = 3650
PAYMENT_LIMIT, EXTRAS_LIMIT, NOTE_LIMIT, REASON_LIMIT = 300, 500, 2000, 500
MOST_CLAUSES, CLAUSE_LIMIT = 20, 200
EARLIEST = date(2000, 1, 1)
CLOCKS_DIFFER = timedelta(minutes=5)

NOTHING = Terms()


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """A round as somebody writes it down. ``seen``: the number of the last round that he saw, so that two who write at
    once learn of each other. ``taken`` are steps of the ladder given in this round, ``returned`` those of them for which
    something came back. ``note``: what was said, in his own words; with ``outcome`` it is kept as a follow-up, too.
    """

    held_at: datetime
    channel: str
    ours: Terms = NOTHING
    theirs: Terms = NOTHING
    contact_id: int | None = None
    note: str = ""
    outcome: str = ""
    seen: int = 0
    taken: tuple[int, ...] = ()
    returned: frozenset[int] = frozenset()
    named: tuple[ConcessionDraft, ...] = field(default=())

    def faults(self, *, now: datetime) -> Verdict:
        verdict = when_fault(self.held_at, now=now) & text_fault(self.note, field="note", limit=NOTE_LIMIT)
        verdict &= YES if self.channel else no("channel_missing", field="channel")
        verdict &= terms_faults(self.ours, prefix="ours_") & terms_faults(self.theirs, prefix="theirs_")
        if self.ours == NOTHING and self.theirs == NOTHING and not (self.taken or self.named or self.note.strip()):
            verdict &= no("nothing_offered", field="note")
        for draft in self.named:
            verdict &= draft.faults()
        return verdict


@dataclass(frozen=True, slots=True)
class ConcessionDraft:
    """Something given that stands on no ladder. ``value`` is what it costs us in yuan; 0 where it costs nothing."""

    give: str
    get: str = ""
    value: Decimal | None = None

    def faults(self) -> Verdict:
        verdict = YES if self.give.strip() else no("give_missing", field="give")
        verdict &= text_fault(self.give, field="give", limit=200) & text_fault(self.get, field="get", limit=200)
        if self.value is None:
            return verdict & no("value_missing", field="value")
        if not self.value.is_finite() or not 0 <= self.value < MOST_PRICE:
            verdict &= no("value_out_of_range", field="value")
        return verdict


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """What both sides agreed to, as the contract will have it."""

    terms: Terms
    agreed_on: date
    contact_id: int | None = None
    note: str = ""

    def faults(self, *, today: date) -> Verdict:
        verdict = YES if self.terms.price is not None else no("price_missing", field="price")
        verdict &= YES if self.terms.delivery_days is not None else no("days_missing", field="delivery_days")
        verdict &= YES if self.terms.payment.strip() else no("payment_missing", field="payment")
        verdict &= terms_faults(self.terms) & text_fault(self.note, field="note", limit=NOTE_LIMIT)
        if self.agreed_on > today:
            verdict &= no("date_in_future", field="agreed_on", today=today)
        elif self.agreed_on < EARLIEST:
            verdict &= no("date_too_early", field="agreed_on", first=EARLIEST)
        return verdict


def terms_faults(terms: Terms, *, prefix: str = "") -> Verdict:
    """price_out_of_range · price_too_fine · days_out_of_range · too_many_clauses · too_long · text_broken."""
    verdict = _price_fault(terms.price, field=f"{prefix}price")
    if terms.delivery_days is not None and not 1 <= terms.delivery_days <= LONGEST_DAYS:
        verdict &= no("days_out_of_range", field=f"{prefix}delivery_days", most=LONGEST_DAYS)
    verdict &= text_fault(terms.payment, field=f"{prefix}payment", limit=PAYMENT_LIMIT)
    verdict &= text_fault(terms.extras, field=f"{prefix}extras", limit=EXTRAS_LIMIT)
    if len(terms.clauses) > MOST_CLAUSES:
        verdict &= no("too_many_clauses", field=f"{prefix}clauses", most=MOST_CLAUSES)
    for clause in terms.clauses[:MOST_CLAUSES]:
        verdict &= text_fault(clause, field=f"{prefix}clauses", limit=CLAUSE_LIMIT)
    return verdict


def when_fault(at: datetime, *, now: datetime) -> Verdict:
    if at > now + CLOCKS_DIFFER:
        return no("held_in_future", field="held_at")
    return no("date_too_early", field="held_at", first=EARLIEST) if at.date() < EARLIEST else YES


def reason_fault(reason: str) -> Verdict:
    """What somebody above, or somebody later, has to understand is said in words."""
    verdict = YES if reason.strip() else no("reason_missing", field="reason")
    return verdict & text_fault(reason, field="reason", limit=REASON_LIMIT)


def _price_fault(price: Decimal | None, *, field: str) -> Verdict:
    if price is None:
        return YES
    if not price.is_finite() or not 0 < price < MOST_PRICE:
        return no("price_out_of_range", field=field)
    return YES if price == price.quantize(Decimal("0.01")) else no("price_too_fine", field=field)
