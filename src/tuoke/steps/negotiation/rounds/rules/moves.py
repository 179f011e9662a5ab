"""What moved from one round to the next, who moved towards whom, and what was given for nothing (S6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuoke.steps.negotiation.rounds.rules.offers import NOTHING
from tuoke.steps.negotiation.rules import Side, Terms

WORDS = ("payment", "extras", "clauses")


class Towards(StrEnum):
    """Whom a move helps; words can't be weighed."""

    US = "us"
    THEM = "them"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Move:
    """``step`` is after − before, None for words and where one of them wasn't said."""

    side: Side
    field: str
    before: Decimal | int | str | None
    after: Decimal | int | str | None
    step: Decimal | int | None = None
    towards: Towards = Towards.UNKNOWN

    @property
    def gives_way(self) -> bool:
        """The side went towards the other one."""
        return self.towards is (Towards.THEM if self.side is Side.OURS else Towards.US)


def moves(side: Side, before: Terms, after: Terms) -> tuple[Move, ...]:
    """What one side's offer says that its last one didn't. What isn't spoken of this time hasn't moved; against no offer
    at all nothing moves."""
    if before == NOTHING or after == NOTHING:
        return ()
    found = []
    if after.price is not None and after.price != before.price:
        found.append(_price(side, before.price, after.price))
    if after.delivery_days is not None and after.delivery_days != before.delivery_days:
        found.append(_days(side, before.delivery_days, after.delivery_days))
    for field in WORDS:
        was, now = _said(before, field), _said(after, field)
        if now and now != was:
            found.append(Move(side, field, was, now))
    return tuple(found)


def gap(ours: Terms, theirs: Terms) -> Decimal | None:
    """How far the prices lie apart; below 0 where they offer more than we ask."""
    return None if ours.price is None or theirs.price is None else ours.price - theirs.price


def carried(before: Terms, after: Terms) -> Terms:
    """An offer with what it leaves unsaid as the last one said it."""
    if after == NOTHING:
        return before
    return Terms(
        price=before.price if after.price is None else after.price,
        delivery_days=before.delivery_days if after.delivery_days is None else after.delivery_days,
        payment=after.payment or before.payment,
        extras=after.extras or before.extras,
        clauses=after.clauses or before.clauses,
    )


def is_given_for_nothing(ours: tuple[Move, ...], theirs: tuple[Move, ...], *, returns: int) -> bool:
    """We went towards them in price or time, they didn't towards us, and no concession of the round brought a return."""
    return any(move.gives_way for move in ours) and not any(move.gives_way for move in theirs) and not returns


def _price(side: Side, before: Decimal | None, after: Decimal) -> Move:
    if before is None:
        return Move(side, "price", None, after)
    return Move(side, "price", before, after, after - before, Towards.US if after > before else Towards.THEM)


def _days(side: Side, before: int | None, after: int) -> Move:
    if before is None:
        return Move(side, "delivery_days", None, after)
    return Move(side, "delivery_days", before, after, after - before, Towards.US if after > before else Towards.THEM)


def _said(terms: Terms, field: str) -> str:
    value = getattr(terms, field)
    return "\n".join(value) if isinstance(value, tuple) else value.strip()
