"""底线: the lowest price, the longest delivery, the clauses that can't move; and whether an offer is past them (S6.1)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import normalize

from tuoke.base.accounts.rules import Role
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import cents, text_fault

MOST_PRICE = Decimal("999999999999.99")

LONGEST_DAYS = 3650
MOST_CLAUSES = 20
CLAUSE_LIMIT = 200
NOTE_LIMIT = 500
MOST_INSIDERS = 20
NEAR = Decimal("0.03")
"""An offer that leaves less than this share of the lowest price is near the line."""
NEVER_NAMED = frozenset({Role.AUDITOR, Role.ADMIN})
"""Who holds no other role is never let through the door (S6.1)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer says. ``price`` is yuan in all, tax included; ``clauses`` are those that it changes, one a line."""

    price: Decimal | None = None
    delivery_days: int | None = None
    payment: str = ""
    extras: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What must not be passed; None and empty: no limit there. ``lowest_price`` is yuan in all, tax included."""

    lowest_price: Decimal | None = None
    longest_days: int | None = None
    fixed_clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A bottom line as somebody wants to set it. ``note``: why it lies there."""

    lowest_price: Decimal | None = None
    longest_days: int | None = None
    fixed_clauses: tuple[str, ...] = ()
    note: str = ""

    def faults(self, *, ceiling: Decimal | None) -> Verdict:
        """``ceiling``: what is asked of the customer now, in yuan with tax; a lowest price above it makes no sense."""
        verdict = YES
        if self.lowest_price is None and self.longest_days is None and not self.fixed_clauses:
            verdict &= no("line_empty")
        verdict &= _price_fault(self.lowest_price, ceiling)
        if self.longest_days is not None and not 1 <= self.longest_days <= LONGEST_DAYS:
            verdict &= no("days_out_of_range", field="longest_days", most=LONGEST_DAYS)
        if len(self.fixed_clauses) > MOST_CLAUSES:
            verdict &= no("too_many_clauses", field="fixed_clauses", most=MOST_CLAUSES)
        for clause in self.fixed_clauses[:MOST_CLAUSES]:
            verdict &= text_fault(clause, field="fixed_clauses", limit=CLAUSE_LIMIT)
        return verdict & text_fault(self.note, field="note", limit=NOTE_LIMIT)


def past(terms: Terms, line: Line) -> tuple[str, ...]:
    """Where an offer lies past a bottom line: ``price``, ``delivery_days``, ``clauses``. Empty: it keeps to it.

    What an offer doesn't say can't be past. A fixed clause is touched where its name stands among the clauses that the
    offer changes, in its payment or among its extras: rather asked once too often than given away.
    """
    found = []
    if terms.price is not None and line.lowest_price is not None and terms.price < line.lowest_price:
        found.append("price")
    if terms.delivery_days is not None and line.longest_days is not None and terms.delivery_days > line.longest_days:
        found.append("delivery_days")
    said = (*terms.clauses, terms.payment, terms.extras)
    if any(touches(clause, text) for clause in line.fixed_clauses for text in said):
        found.append("clauses")
    return tuple(found)


def is_near(price: Decimal | None, line: Line) -> bool:
    """The price leaves less than 3 % above the lowest one (or none at all)."""
    if price is None or line.lowest_price is None:
        return False
    return price < line.lowest_price * (1 + NEAR)


def clause_name(clause: str) -> str:
    """知识产权条款：归我方所有 → 知识产权. What one calls the clause by, without spaces and case."""
    head = re.split(r"[:,;。(\n]", normalize("NFKC", clause).strip(), maxsplit=1)[0]
    name = re.sub(r"\s+", "", head).casefold()
    return name.removesuffix("条款") or name


def touches(clause: str, text: str) -> bool:
    name = clause_name(clause)
    return bool(name) and name in re.sub(r"\s+", "", normalize("NFKC", text)).casefold()


def may_be_named(*, roles: Collection[Role], is_active: bool, reads_deal: bool) -> Verdict:
    """Whether somebody may be let through the door by name. ``reads_deal``: he can open the deal itself."""
    verdict = YES if is_active else no("person_inactive", field="user")
    if not set(roles) - NEVER_NAMED:
        verdict &= no("never_named", field="user")
    elif is_active and not reads_deal:
        verdict &= no("reads_not_deal", field="user")
    return verdict


def _price_fault(price: Decimal | None, ceiling: Decimal | None) -> Verdict:
    if price is None:
        return YES
    if not price.is_finite() or not 0 < price <= MOST_PRICE:
        return no("price_out_of_range", field="lowest_price")
    if price != cents(price):
        return no("price_too_fine", field="lowest_price")
    if ceiling is not None and price > ceiling:
        return no("line_above_offer", field="lowest_price", ceiling=ceiling)
    return YES
