"""What an offer adds up to, to the cent, and how far one may go down alone (S5.1). Money is Decimal yuan.

Rounding, stated once: a line's amount is quantity × price × (1 − discount), half up to the cent; its tax is worked out
from that amount, half up to the cent; an offer's totals are the sums of its lines' rounded figures. So what is printed
beside the lines always adds up to what is printed below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from tuoke.base.accounts.rules import Role
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange import rules as exchange

CENT = Decimal("0.01")
FULL = Decimal(100)
ZERO = Decimal(0)
TAX_RATES = (Decimal(13), Decimal(9), Decimal(6), Decimal(3), Decimal(1), ZERO)
"""Per cent of value added tax that an invoice can carry; 0 is exempt."""
MOST_QUANTITY = Decimal(1_000_000)
MOST_PRICE = Decimal(10) ** 10
MOST_TOTAL = Decimal(10) ** 12
MOST_LINES = 100
MOST_DAYS = 3650
NAME_LIMIT, UNIT_LIMIT, TERMS_LIMIT, NOTE_LIMIT = 120, 20, 300, 2000
ALONE: Mapping[Role, Decimal] = {Role.REP: Decimal(10), Role.TEAM_LEAD: Decimal(20), Role.DIRECTOR: FULL}
"""How many per cent off the list price each role gives without asking; any other role nothing."""


class OfferState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"  # the current one: at most one of a deal
    SUPERSEDED = "superseded"  # a later one was issued
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Price:
    """What one line is made of. ``unit_price`` is before ``discount_percent``; ``list_price`` None: there is none."""

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = ZERO
    tax_rate: Decimal = ZERO
    list_price: Decimal | None = None

    @property
    def final(self) -> Decimal:
        """What one unit costs in the end; not rounded."""
        return self.unit_price * (FULL - self.discount_percent) / FULL

    @property
    def off_list(self) -> Decimal:
        """Per cent below the list price, or below the unit price where there is none; not rounded, never below 0."""
        listed = self.unit_price if self.list_price is None else self.list_price
        return max(ZERO, (listed - self.final) * FULL / listed) if listed else ZERO


@dataclass(frozen=True, slots=True)
class Totals:
    """``list``: at list prices; ``discount`` what is taken off them (below 0 where prices are above the list).

    ``list − discount`` is the sum of the lines' amounts, in the offer's own terms, with tax or without; ``net + tax`` is
    ``gross``, what the customer pays.
    """

    list: Decimal
    net: Decimal
    discount: Decimal
    tax: Decimal
    gross: Decimal

    @property
    def discount_percent(self) -> Decimal:
        """Off the list, to two places."""
        return cents(self.discount * FULL / self.list) if self.list else ZERO


NOTHING = Totals(ZERO, ZERO, ZERO, ZERO, ZERO)


def cents(amount: Decimal) -> Decimal:
    """Half up to the cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def line_total(price: Price, *, tax_included: bool) -> Totals:
    """One line's figures; ``tax_included``: whether its prices have the tax in them."""
    amount = cents(price.quantity * price.final)
    listed = cents(price.quantity * (price.unit_price if price.list_price is None else price.list_price))
    if tax_included:
        net = cents(amount * FULL / (FULL + price.tax_rate))
        return Totals(listed, net, listed - amount, amount - net, amount)
    tax = cents(amount * price.tax_rate / FULL)
    return Totals(listed, amount, listed - amount, tax, amount + tax)


def totals(lines: Iterable[Price], *, tax_included: bool) -> Totals:
    """The sums of the lines' rounded figures."""
    found = [line_total(line, tax_included=tax_included) for line in lines]
    return Totals(
        sum((t.list for t in found), ZERO),
        sum((t.net for t in found), ZERO),
        sum((t.discount for t in found), ZERO),
        sum((t.tax for t in found), ZERO),
        sum((t.gross for t in found), ZERO),
    )
