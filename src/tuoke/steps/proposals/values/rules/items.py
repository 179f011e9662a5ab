"""One line of the value model: what is measured, from where to where, what a unit of it is worth (S5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import cents, text_fault
from tuoke.steps.proposals.values.rules.figures import MOST_MONEY, MOST_TIMES, figure_fault

NAME_LIMIT, UNIT_LIMIT, SOURCE_LIMIT, NOTE_LIMIT = 60, 20, 200, 1000
MOST_ITEMS = 40


class Basis(StrEnum):
    """Where a figure comes from. Only the customer's own counts for the gate."""

    CUSTOMER = "customer"
    INDUSTRY = "industry"
    ESTIMATE = "estimate"


class Direction(StrEnum):
    LESS = "less"  # the figure goes down: minutes, scrap, overtime
    MORE = "more"  # it goes up: orders, yield


@dataclass(frozen=True, slots=True)
class Band:
    """保守, 最可能, 乐观. For benefits low ≤ likely ≤ high."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __add__(self, other: Band) -> Band:
        return Band(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __iter__(self) -> Iterator[Decimal]:
        yield from (self.low, self.likely, self.high)


NOTHING = Band(Decimal("0.00"), Decimal("0.00"), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Measure:
    """现在 → 之后. ``expected`` is the figure afterwards in each case: where less is better, the cautious one is the
    largest. A unit of the difference is worth ``unit_value`` yuan, and it occurs ``times`` times a year."""

    direction: Direction
    current: Decimal
    expected: Band
    unit_value: Decimal
    times: Decimal

    @property
    def gains(self) -> Band:
        """By how much it gets better each time."""
        sign = -1 if self.direction is Direction.LESS else 1
        return Band(*(sign * (figure - self.current) for figure in self.expected))

    @property
    def benefit(self) -> Band:
        """Yuan a year: ``gain × unit value × times``, each rounded to the cent."""
        return Band(*(cents(gain * self.unit_value * self.times) for gain in self.gains))

    def faults(self) -> Verdict:
        """Every fault at its field: the figures', worse_than_now, band_order, benefit_too_big."""
        verdict = figure_fault(self.current, field="current")
        for name, figure in zip(("low", "likely", "high"), self.expected, strict=True):
            verdict &= figure_fault(figure, field=name)
        verdict &= figure_fault(self.unit_value, field="unit_value", most=MOST_MONEY)
        verdict &= figure_fault(self.times, field="times", most=MOST_TIMES)
        return verdict if verdict.reasons else self._relations()

    def _relations(self) -> Verdict:
        verdict, gains = YES, self.gains
        for name, gain in zip(("low", "likely", "high"), gains, strict=True):
            if gain < 0:
                verdict &= no("worse_than_now", field=name, direction=self.direction.value)
        if not gains.low <= gains.likely:
            verdict &= no("low_above_likely", field="low", direction=self.direction.value)
        if not gains.likely <= gains.high:
            verdict &= no("high_below_likely", field="high", direction=self.direction.value)
        if gains.high * self.unit_value * self.times > MOST_MONEY:
            verdict &= no("benefit_too_big", field="unit_value", most=f"{MOST_MONEY:,.0f}")
        return verdict


@dataclass(frozen=True, slots=True)
class Share:
    """连带收益: a percentage of what another line brings (less rework → fewer fines for late delivery)."""

    of: int
    percent: Decimal

    def faults(self) -> Verdict:
        verdict = figure_fault(self.percent, field="percent", most=Decimal(100), places=2)
        return verdict & no("figure_zero", field="percent") if verdict and not self.percent else verdict


Figures = Measure | Share


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One line as it is typed. ``source`` says where the figures come from; on the customer's own figures it may be left
    out where ``need_id`` names the need in which he said them. ``proof_id``: a version in the library that shows it."""

    name: str
    basis: Basis
    figures: Figures
    unit: str = ""
    source: str = ""
    need_id: int | None = None
    proof_id: int | None = None

    def faults(self) -> Verdict:
        verdict = YES if self.name.strip() else no("name_missing", field="name")
        for field, text, limit in (
            ("name", self.name, NAME_LIMIT),
            ("unit", self.unit, UNIT_LIMIT),
            ("source", self.source, SOURCE_LIMIT),
        ):
            verdict &= text_fault(text, field=field, limit=limit)
        if isinstance(self.figures, Measure) and not self.unit.strip():
            verdict &= no("unit_missing", field="unit")
        if not self.source.strip() and not (self.basis is Basis.CUSTOMER and self.need_id):
            verdict &= no("source_missing", field="source", basis=self.basis.value)
        return verdict & self.figures.faults()


def circle(shares: Mapping[int, int], *, start: int) -> tuple[int, ...]:
    """The way from ``start`` back to itself along what each line is a share of; empty where there is none."""
    way, at = [start], shares.get(start)
    while at is not None and at not in way:
        way.append(at)
        at = shares.get(at)
    return (*way, start) if at == start else ()
