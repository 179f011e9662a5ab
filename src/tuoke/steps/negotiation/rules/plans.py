"""谈判要点: who sits at the table, and what may be given for what (S6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import cents, text_fault

MOST_SEATS = 30
MOST_CONCESSIONS = 50
MOST_ROUNDS = 30
MOST_VALUE = Decimal("999999999999.99")


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class Duty(StrEnum):
    """What somebody does at the table."""

    LEAD = "lead"
    DECIDE = "decide"
    RECORD = "record"
    EXPERT = "expert"
    OBSERVE = "observe"
    UNKNOWN = ""


class Stand(StrEnum):
    """How one of the customer's people will probably act at the table."""

    HELPS = "helps"
    FAIR = "fair"
    TOUGH = "tough"
    UNKNOWN = ""


class ConcessionKind(StrEnum):
    SERVICE = "service"
    PAYMENT = "payment"
    DELIVERY = "delivery"
    SCOPE = "scope"
    PRICE = "price"
    OTHER = "other"


class Authority(StrEnum):
    """Who may grant a concession on the spot."""

    REP = "rep"
    LEAD = "lead"
    DIRECTOR = "director"


class ConcessionState(StrEnum):
    OPEN = "open"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """``aim``: what we want out of it; ``rounds``: in how many rounds."""

    aim: str = ""
    rounds: int | None = None
    note: str = ""

    def faults(self) -> Verdict:
        verdict = text_fault(self.aim, field="aim", limit=500) & text_fault(self.note, field="note", limit=1000)
        if self.rounds is not None and not 1 <= self.rounds <= MOST_ROUNDS:
            verdict &= no("rounds_out_of_range", field="rounds", most=MOST_ROUNDS)
        return verdict


@dataclass(frozen=True, slots=True)
class SeatDraft:
    """One of us (``user_id``) or of the customer's people (``contact_id``); who is neither has a ``name`` alone."""

    side: Side
    user_id: int | None = None
    contact_id: int | None = None
    name: str = ""
    duty: Duty = Duty.UNKNOWN
    authority: str = ""
    stand: Stand = Stand.UNKNOWN
    position: str = ""
    cares: str = ""

    def faults(self) -> Verdict:
        verdict = YES
        if not (self.user_id or self.contact_id or self.name.strip()):
            verdict &= no("who_missing", field="user" if self.side is Side.OURS else "contact")
        if (self.user_id or self.contact_id) and self.name.strip():
            verdict &= no("who_twice", field="name")
        limits = {"name": 60, "authority": 200, "position": 300, "cares": 300}
        for field, limit in limits.items():
            verdict &= text_fault(getattr(self, field), field=field, limit=limit)
        return verdict


@dataclass(frozen=True, slots=True)
class ConcessionDraft:
    """What we give, what we want for it. ``value`` is what it costs us, in yuan; None: not reckoned yet.

    ``get`` may be empty while one thinks; such a pair doesn't count as planned: nothing is given for nothing.
    """

    give: str
    get: str = ""
    kind: ConcessionKind = ConcessionKind.OTHER
    value: Decimal | None = None
    authority: Authority = Authority.REP

    def faults(self) -> Verdict:
        verdict = YES if self.give.strip() else no("give_missing", field="give")
        verdict &= text_fault(self.give, field="give", limit=200)
        verdict &= text_fault(self.get, field="get", limit=200)
        if self.value is not None and (not self.value.is_finite() or not 0 <= self.value <= MOST_VALUE):
            verdict &= no("value_out_of_range", field="value")
        elif self.value is not None and self.value != cents(self.value):
            verdict &= no("price_too_fine", field="value")
        return verdict
