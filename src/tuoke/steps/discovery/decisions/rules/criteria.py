"""采购标准 (S4.4): what the customer chooses by, in his order, with weights that make 100; and how he buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.steps.discovery.decisions.rules.chain import EARLIEST

FACTORS_ASKED = 3
"""选择供应商最看重的 3 个因素."""
MOST_CRITERIA = 30
FULL = 100
MOST_ROUNDS = 20
LATEST = date(2100, 1, 1)


class Standing(StrEnum):
    """How we stand in one criterion, as the customer sees it."""

    STRONG = "strong"
    EVEN = "even"
    WEAK = "weak"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """``weight`` is a share of 100, None where the customer hasn't said. ``competitor_id``: whom we are compared with."""

    text: str
    weight: int | None = None
    contact_id: int | None = None
    own_words: str = ""
    standing: Standing = Standing.UNKNOWN
    competitor_id: int | None = None
    note: str = ""

    def faults(self) -> Verdict:
        verdict = YES if self.text.strip() else no("text_missing", field="text")
        verdict &= text_fault(self.text, field="text", limit=120)
        verdict &= text_fault(self.own_words, field="own_words", limit=500)
        verdict &= text_fault(self.note, field="note", limit=500)
        if self.weight is not None and not 0 <= self.weight <= FULL:
            verdict &= no("weight_out_of_range", field="weight")
        return verdict


@dataclass(frozen=True, slots=True)
class ProcessDraft:
    """采购流程: how the customer comes to his decision. Everything may be unknown."""

    tender: bool | None = None
    rounds: int | None = None
    contract_checked_by: str = ""
    budget_source: str = ""
    decision_on: date | None = None
    note: str = ""

    def faults(self) -> Verdict:
        verdict = text_fault(self.contract_checked_by, field="contract_checked_by", limit=120)
        verdict &= text_fault(self.budget_source, field="budget_source", limit=120)
        verdict &= text_fault(self.note, field="note", limit=1000)
        if self.rounds is not None and not 0 <= self.rounds <= MOST_ROUNDS:
            verdict &= no("rounds_out_of_range", field="rounds", most=MOST_ROUNDS)
        if self.decision_on is not None and not EARLIEST <= self.decision_on <= LATEST:
            verdict &= no("decision_date_odd", field="decision_on")
        return verdict


def split_rest(weights: Sequence[int | None]) -> tuple[int, ...] | Verdict:
    """The weights with what is left of 100 shared evenly among those without one; the first ones get the odd points.

    A Verdict where it can't be: weights_all_given, weights_used_up(total).
    """
    given = sum(weight for weight in weights if weight is not None)
    open_ones = sum(weight is None for weight in weights)
    if not open_ones:
        return no("weights_all_given")
    if FULL - given < open_ones:
        return no("weights_used_up", total=given, count=open_ones)
    share, odd = divmod(FULL - given, open_ones)
    found = []
    for weight in weights:
        if weight is None:
            weight, odd = share + (1 if odd > 0 else 0), odd - 1
        found.append(weight)
    return tuple(found)
