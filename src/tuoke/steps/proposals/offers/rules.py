"""What an offer adds up to, to the cent, and how far one may go down alone (S5.1). Money is Decimal yuan.

Rounding, stated once: a line's amount is quantity × price × (1 − discount), half up to the cent; its tax is worked out
from that amount, half up to the cent; an offer's totals are the sums of its lines' rounded figures. So what is printed
beside the lines always adds up to what is printed below them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from tuoke.base.accounts.rules import Role
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import cents, text_fault

FULL = Decimal(100)
ZERO = Decimal(0)
TAX_RATES = (Decimal(13), Decimal(9), Decimal(6), Decimal(3), Decimal(1), ZERO)
"""Per cent of value added tax that an invoice can carry; 0 is exempt."""
MOST_QUANTITY = Decimal(1_000_000)
MOST_PRICE = Decimal(10) ** 10
MOST_TOTAL = Decimal(10) ** 12
MOST_LINES = 100
MOST_DAYS = 3650
MOST_OFFERS = 50
NAME_LIMIT, UNIT_LIMIT, TERMS_LIMIT, NOTE_LIMIT, TITLE_LIMIT = 120, 20, 300, 2000, 60
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
USUAL_TAX = Decimal(13)
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


# What may be written


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line as somebody wants it. ``unit_price`` None: the product's own, from the catalogue."""

    name: str
    quantity: Decimal
    unit_price: Decimal | None
    unit: str = ""
    discount_percent: Decimal = ZERO
    tax_rate: Decimal = USUAL_TAX
    product_id: int | None = None
    note: str = ""

    def faults(self) -> Verdict:
        """name_missing · price_missing · too_long · text_broken · quantity_odd · price_odd · discount_odd · tax_unknown,
        each with its ``field``."""
        is_own = self.product_id is None
        verdict = no("name_missing", field="name") if is_own and not self.name.strip() else YES
        if is_own and self.unit_price is None:
            verdict &= no("price_missing", field="unit_price")
        for field, limit in (("name", NAME_LIMIT), ("unit", UNIT_LIMIT), ("note", TERMS_LIMIT)):
            verdict &= text_fault(getattr(self, field), field=field, limit=limit)
        if not _within(self.quantity, ZERO, MOST_QUANTITY) or not self.quantity:
            verdict &= no("quantity_odd", field="quantity", most=f"{MOST_QUANTITY:,}")
        if self.unit_price is not None and not _within(self.unit_price, ZERO, MOST_PRICE):
            verdict &= no("price_odd", field="unit_price")
        if not _within(self.discount_percent, ZERO, FULL):
            verdict &= no("discount_odd", field="discount_percent")
        if self.tax_rate not in TAX_RATES:
            verdict &= no("tax_unknown", field="tax_rate", rates="、".join(f"{rate}%" for rate in TAX_RATES))
        return verdict


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """What holds for the whole offer."""

    title: str = ""
    tax_included: bool = True
    valid_until: date | None = None
    delivery_days: int | None = None
    payment_terms: str = ""
    note: str = ""

    def faults(self) -> Verdict:
        """too_long · text_broken · valid_until_odd · delivery_odd, each with its ``field``."""
        verdict = text_fault(self.title, field="title", limit=TITLE_LIMIT)
        verdict &= text_fault(self.payment_terms, field="payment_terms", limit=TERMS_LIMIT)
        verdict &= text_fault(self.note, field="note", limit=NOTE_LIMIT)
        if self.valid_until is not None and not EARLIEST <= self.valid_until <= LATEST:
            verdict &= no("valid_until_odd", field="valid_until")
        if self.delivery_days is not None and not 0 <= self.delivery_days <= MOST_DAYS:
            verdict &= no("delivery_odd", field="delivery_days", most=MOST_DAYS)
        return verdict


def _within(value: Decimal, low: Decimal, high: Decimal) -> bool:
    """A number with two places at most, in these bounds."""
    return value.is_finite() and low <= value <= high and value == cents(value)


def fits(sums: Totals) -> Verdict:
    """total_too_big: what no contract of ours can say."""
    return YES if max(sums.list, sums.gross) < MOST_TOTAL else no("total_too_big")


# How far one may go alone


@dataclass(frozen=True, slots=True)
class Asked:
    """One line as it is judged. ``floor``: the lower end of its product's price band where nobody may go below it alone
    (None: no band, or the product is quoted to measure)."""

    name: str
    price: Price
    floor: Decimal | None = None


def allowed(roles: Iterable[Role]) -> Decimal:
    """Per cent off the list that somebody with these roles gives alone."""
    return max((ALONE.get(role, ZERO) for role in roles), default=ZERO)


def beyond(lines: Sequence[Asked], *, tax_included: bool, limit: Decimal) -> Verdict:
    """Why a manager must agree: discount_beyond(percent, limit) of the whole offer, below_band(name, price, low).

    Whoever may give everything has nobody to ask.
    """
    if limit >= FULL:
        return YES
    percent = totals((line.price for line in lines), tax_included=tax_included).discount_percent
    verdict = no("discount_beyond", percent=_said(percent), limit=_said(limit)) if percent > limit else YES
    for line in lines:
        if line.floor is not None and line.price.final < line.floor:
            verdict &= no(
                "below_band", name=line.name, price=f"{cents(line.price.final):,}", low=f"{cents(line.floor):,}"
            )
    return verdict


def may_issue(
    *, state: OfferState, lines: Sequence[Asked], valid_until: date | None, unapproved: Verdict, today: date
) -> Verdict:
    """not_a_draft · no_lines · valid_until_missing · valid_until_past, and what a manager has not agreed to."""
    if state is not OfferState.DRAFT:
        return no("not_a_draft")
    verdict = YES if lines else no("no_lines")
    if valid_until is None:
        verdict &= no("valid_until_missing")
    elif valid_until < today:
        verdict &= no("valid_until_past", date=valid_until)
    return verdict & unapproved


def seal(lines: Iterable[Asked], *, tax_included: bool) -> str:
    """The fingerprint of the prices: an agreement holds for these, and for nothing else."""
    said = [[line.name, *(str(value) for value in _figures(line.price))] for line in lines]
    return sha256(json.dumps([tax_included, said], ensure_ascii=False).encode()).hexdigest()


def _figures(price: Price) -> tuple[object, ...]:
    listed = None if price.list_price is None else cents(price.list_price)
    return (
        cents(price.quantity), cents(price.unit_price), cents(price.discount_percent), cents(price.tax_rate), listed
    )  # fmt: skip


def _said(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
