"""What a resource and a request for it may say, and when a request may be granted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.steps.targeting.resources.rules.usage import Use, peak

MOST = Decimal(10) ** 10
CENT = Decimal("0.01")
LIMITS = {"name": 80, "unit": 10, "note": 500, "purpose": 200, "reason": 200}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class Kind(StrEnum):
    MATERIAL = "material"  # 市场物料
    EXPERT = "expert"  # 技术专家时间
    BUDGET = "budget"  # 预算
    TRIAL = "trial"  # 试用账号
    OTHER = "other"


RETURNS = frozenset({Kind.TRIAL})
"""What is free again after use. Everything else is used up: what one had in May isn't there for another in June."""


class Status(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"  # approved, and all of it given back


@dataclass(frozen=True, slots=True)
class Supply:
    """A resource as it is entered. ``quantity`` is what there is on every day of the period; ``is_consumed`` says that
    what was allocated stays taken until the period ends."""

    name: str
    kind: str
    unit: str
    quantity: Decimal
    starts_on: date
    ends_on: date
    owner_id: int
    is_consumed: bool = True
    campaign_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, or allocated: for a person of a department, or for the department (``user_id`` None)."""

    quantity: Decimal
    starts_on: date
    ends_on: date
    department_id: int
    user_id: int | None = None
    purpose: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """A resource as these rules need it."""

    quantity: Decimal
    starts_on: date
    ends_on: date
    is_consumed: bool

    def taken_by(self, use: Use) -> Use:
        """What is used up is taken for the whole period, whenever it was needed."""
        return replace(use, starts_on=self.starts_on, ends_on=self.ends_on) if self.is_consumed else use

    def peak(
        self, uses: Iterable[Use], *, first: date | None = None, last: date | None = None
    ) -> tuple[Decimal, date, date]:
        """Most that is taken on one day between, and when."""
        found = peak([self.taken_by(use) for use in uses], first or self.starts_on, last or self.ends_on)
        return found.taken, found.starts_on, found.ends_on

    def free(self, uses: Iterable[Use], *, first: date, last: date) -> Decimal:
        """What could still be allocated on every day from ``first`` to ``last``."""
        return self.quantity - self.peak(uses, first=first, last=last)[0]


def may_grant(stock: Stock, uses: Iterable[Use], wanted: Use) -> Verdict:
    """May this be approved beside what is? Refuses: outside_period, not_enough (left, first, last: the tightest time)."""
    if wanted.starts_on < stock.starts_on or wanted.ends_on > stock.ends_on:
        return no("outside_period", field="starts_on", first=stock.starts_on, last=stock.ends_on)
    wider = stock.taken_by(wanted)
    taken, first, last = stock.peak(uses, first=wider.starts_on, last=wider.ends_on)
    left = stock.quantity - taken
    if wanted.quantity <= left:
        return YES
    return no(
        "not_enough", field="quantity", left=max(left, Decimal(0)), wanted=wanted.quantity, first=first, last=last
    )


def still_holds(stock: Stock, uses: Iterable[Use]) -> Verdict:
    """May the resource be like this, with what is allocated? Refuses: less_than_allocated (taken, first, last),
    allocated_outside (count)."""
    every = list(uses)
    outside = [use for use in every if use.starts_on < stock.starts_on or use.ends_on > stock.ends_on]
    if outside:
        return no("allocated_outside", field="ends_on", count=len(outside))
    taken, first, last = stock.peak(every)
    if taken <= stock.quantity:
        return YES
    return no("less_than_allocated", field="quantity", taken=taken, first=first, last=last)


def sound_supply(supply: Supply) -> Verdict:
    """name_missing, unit_missing, too_long, text_broken, unknown_kind, and what ``_sound_amount`` and days refuse."""
    verdict = YES
    for field in ("name", "unit", "note"):
        verdict &= sound_text(field, getattr(supply, field), required=field != "note")
    if supply.kind not in set(Kind):
        verdict &= no("unknown_kind", field="kind")
    return verdict & sound_amount(supply.quantity) & sound_days(supply.starts_on, supply.ends_on)


def sound_wish(wish: Wish) -> Verdict:
    return (
        sound_amount(wish.quantity)
        & sound_days(wish.starts_on, wish.ends_on)
        & sound_text("purpose", wish.purpose, required=True)
    )


def sound_text(field: str, text: str, *, required: bool) -> Verdict:
    if not sound(text):
        return no("text_broken", field=field)
    if required and not text.strip():
        return no("missing", field=field)
    limit = LIMITS[field]
    return no("too_long", field=field, limit=limit) if len(text.strip()) > limit else YES


def sound_amount(quantity: Decimal) -> Verdict:
    """not_a_number, not_positive, too_big, too_fine."""
    if not quantity.is_finite():
        return no("not_a_number", field="quantity")
    if quantity <= 0:
        return no("not_positive", field="quantity")
    if quantity >= MOST:
        return no("too_big", field="quantity")
    return no("too_fine", field="quantity") if quantity % CENT else YES


def sound_days(first: date, last: date) -> Verdict:
    if last < first:
        return no("period_reversed", field="ends_on")
    return YES if first >= FIRST_DAY and last <= LAST_DAY else no("days_out_of_range", field="starts_on")
