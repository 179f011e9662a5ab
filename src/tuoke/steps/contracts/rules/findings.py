"""Where a contract departs from what was agreed (S7.1). Values are compared as values, words as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.steps.contracts.rules.content import fingerprint
from tuoke.steps.contracts.rules.states import Part
from tuoke.steps.negotiation.rules import Terms


class Sort(StrEnum):
    MISSING = "missing"  # agreed, but not in the contract
    DIFFERS = "differs"  # in both, with another value
    EXTRA = "extra"  # in the contract, never agreed
    CONTRADICTS = "contradicts"  # the contract says two things
    AMBIGUOUS = "ambiguous"  # can't be compared as it stands


class What(StrEnum):
    PRICE = "price"
    DELIVERY = "delivery"
    STAGE = "stage"
    STAGES = "stages"
    SUMS = "sums"
    PAYMENT = "payment"
    SERVICE = "service"
    TERM = "term"
    LINE = "line"
    PART = "part"
    KEPT = "kept"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Said:
    """A clause as it is compared. ``source_item``: the library's item it began with; 0: written here."""

    clause_id: int
    part: Part
    title: str
    text: str
    source_item: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the offer that the agreed price is for."""

    name: str
    quantity: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A contract as it is compared: its head and its clauses."""

    amount: Decimal | None = None
    delivery_days: int | None = None
    delivery_on: date | None = None
    starts_on: date | None = None
    clauses: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides agreed to: the terms, and the lines of the offer that they are about. ``kept``: (item, title) of
    the library's clauses that no contract goes without, as they were drafted into this one."""

    terms: Terms
    lines: Sequence[Line] = ()
    kept: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``agreed`` and ``contract`` are what each says, in its own words or as a figure (``unit`` yuan, days, percent);
    ``clause_id`` is where the contract says it, 0: nowhere. ``key`` names the finding, ``seal`` what exactly was found."""

    key: str
    part: Part
    sort: Sort
    what: What
    name: str = ""
    agreed: str = ""
    contract: str = ""
    unit: str = ""
    clause_id: int = 0
    seal: str = field(default="", compare=False)

    def sealed(self) -> Finding:
        said = fingerprint([self.key, self.sort.value, self.agreed, self.contract])
        return Finding(
            self.key, self.part, self.sort, self.what, self.name, self.agreed, self.contract, self.unit,
            self.clause_id, said,
        )  # fmt: skip
