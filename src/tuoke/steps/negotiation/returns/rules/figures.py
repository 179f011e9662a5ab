"""投入产出: what it costs, what it saves, and what the others cost over the same years (S6.3). Plain Python.

Counted as the value model counts (``proposals.values.rules.payback``): static, undiscounted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.services.exchange.rules import cents, text_fault
from tuoke.steps.proposals.values.rules import (
    MOST_ITEMS,
    MOST_MONEY,
    MOST_TIMES,
    NAME_LIMIT,
    UNIT_LIMIT,
    Band,
    Direction,
    Measure,
    Spending,
    balance,
    figure_fault,
    money_fault,
    net_value,
    payback_months,
    total_cost,
)

MOST_RIVALS = 3
FREE_LINES = 2
FORMAT = 1
COURSE_EVERY = 3


@dataclass(frozen=True, slots=True)
class Saving:
    """One line of what is saved in a year: measured (现在 → 之后), or an ``amount`` in yuan that was said as a whole."""

    name: str
    amount: Decimal | None = None
    direction: Direction = Direction.LESS
    unit: str = ""
    current: Decimal = Decimal(0)
    expected: Decimal = Decimal(0)
    unit_value: Decimal = Decimal(0)
    times: Decimal = Decimal(0)

    @property
    def is_measured(self) -> bool:
        return self.amount is None

    @property
    def yearly(self) -> Decimal:
        """Yuan, to the cent."""
        if self.amount is not None:
            return cents(self.amount)
        expected = Band(self.expected, self.expected, self.expected)
        return Measure(self.direction, self.current, expected, self.unit_value, self.times).benefit.likely

    def faults(self, *, place: int) -> Verdict:
        """Each at its field, which ends with the line's place: current-0."""
        verdict = text_fault(self.name, field=f"name-{place}", limit=NAME_LIMIT)
        verdict &= text_fault(self.unit, field=f"unit-{place}", limit=UNIT_LIMIT)
        if not self.name.strip():
            verdict &= no("saving_unnamed", field=f"name-{place}")
        if self.amount is not None:
            return verdict & money_fault(self.amount, field=f"amount-{place}")
        figures = figure_fault(self.current, field=f"current-{place}")
        figures &= figure_fault(self.expected, field=f"expected-{place}")
        figures &= figure_fault(self.unit_value, field=f"unit_value-{place}", most=MOST_MONEY)
        figures &= figure_fault(self.times, field=f"times-{place}", most=MOST_TIMES)
        return verdict & (self._relations(place) if figures else figures)

    def _relations(self, place: int) -> Verdict:
        gain = self.expected - self.current if self.direction is Direction.MORE else self.current - self.expected
        if gain < 0:
            return no("worse_than_now", field=f"expected-{place}", direction=self.direction.value)
        if gain * self.unit_value * self.times > MOST_MONEY:
            return no("benefit_too_big", field=f"unit_value-{place}", most=f"{MOST_MONEY:,.0f}")
        return YES


@dataclass(frozen=True, slots=True)
class Rival:
    """Another supplier's offer: ``price`` once, ``running`` every year, ``other`` once (moving over, training)."""

    name: str
    price: Decimal
    running: Decimal = Decimal(0)
    other: Decimal = Decimal(0)

    def total(self, *, years: int) -> Decimal:
        return cents(self.price + self.other + self.running * years)

    def faults(self, *, place: int) -> Verdict:
        verdict = text_fault(self.name, field=f"rival_name-{place}", limit=NAME_LIMIT)
        if not self.name.strip():
            verdict &= no("rival_unnamed", field=f"rival_name-{place}")
        verdict &= money_fault(self.price, field=f"rival_price-{place}")
        verdict &= money_fault(self.running, field=f"rival_running-{place}")
        return verdict & money_fault(self.other, field=f"rival_other-{place}")


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a calculation is worked out from. ``investment`` None: nobody has said it yet."""

    investment: Decimal | None = None
    one_off: Decimal = Decimal(0)
    running: Decimal = Decimal(0)
    delay: int = 0
    years: int = 3
    savings: tuple[Saving, ...] = ()
    rivals: tuple[Rival, ...] = ()

    @property
    def spending(self) -> Spending:
        """What goes out: the other costs at the beginning count as invested."""
        first = None if self.investment is None else self.investment + self.one_off
        return Spending(first, self.running, self.delay, self.years)

    def faults(self) -> Verdict:
        verdict = money_fault(self.investment, field="investment") & money_fault(self.one_off, field="one_off")
        within = replace(self.spending, investment=None).faults()
        verdict &= within
        if len(self.savings) > MOST_ITEMS + FREE_LINES:
            verdict &= no("too_many_savings", most=MOST_ITEMS + FREE_LINES)
        for place, saving in enumerate(self.savings):
            verdict &= saving.faults(place=place)
        for place, rival in enumerate(self.rivals):
            verdict &= rival.faults(place=place)
        return verdict

    def store(self) -> dict[str, Any]:
        """Plain JSON; amounts are texts."""
        return {
            "format": FORMAT,
            "investment": None if self.investment is None else str(self.investment),
            "one_off": str(self.one_off),
            "running": str(self.running),
            "delay": self.delay,
            "years": self.years,
            "savings": [_stored_saving(saving) for saving in self.savings],
            "rivals": [[r.name, str(r.price), str(r.running), str(r.other)] for r in self.rivals],
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """A supplier's total cost over the years; ``more`` than ours (negative: less)."""

    name: str
    total: Decimal
    more: Decimal

    @property
    def less(self) -> Decimal:
        return -self.more


@dataclass(frozen=True, slots=True)
class Result:
    """What the figures come to. ``course``: 累计净收益 at the end of each quarter, from the beginning."""

    yearly: Decimal
    total_cost: Decimal
    payback: int | None
    net: Decimal
    course: tuple[tuple[int, Decimal], ...]
    rivals: tuple[Compared, ...]


def result_of(figures: Figures) -> Result:
    """The figures are sound (``faults``), so the investment is known."""
    spending = figures.spending
    yearly = sum((saving.yearly for saving in figures.savings), Decimal("0.00"))
    cost, net = total_cost(spending), net_value(yearly, spending)
    assert cost is not None
    assert net is not None
    months = range(0, 12 * figures.years + 1, COURSE_EVERY)
    course = tuple((month, value) for month in months if (value := balance(yearly, spending, month=month)) is not None)
    totals = [(rival.name, rival.total(years=figures.years)) for rival in figures.rivals]
    compared = tuple(Compared(name, total, total - cost) for name, total in totals)
    return Result(yearly, cost, payback_months(yearly, spending), net, course, compared)


def parse_figures(stored: Mapping[str, Any]) -> Figures:
    """What ``store`` has written. Raises KeyError, TypeError or ValueError on anything else."""
    if stored.get("format") != FORMAT:
        raise ValueError("not a stored calculation")
    return Figures(
        investment=None if stored["investment"] is None else Decimal(stored["investment"]),
        one_off=Decimal(stored["one_off"]),
        running=Decimal(stored["running"]),
        delay=int(stored["delay"]),
        years=int(stored["years"]),
        savings=tuple(_saving(one) for one in stored["savings"]),
        rivals=tuple(Rival(name, *(Decimal(figure) for figure in figures)) for name, *figures in stored["rivals"]),
    )


def marked(verdict: Verdict) -> dict[str, Reason]:
    """The first reason at each field; those of the whole at ""."""
    found: dict[str, Reason] = {}
    for reason in verdict.reasons:
        found.setdefault(str(reason.params.get("field", "")), reason)
    return found


def _stored_saving(saving: Saving) -> dict[str, Any]:
    if saving.amount is not None:
        return {"name": saving.name, "amount": str(saving.amount)}
    return {
        "name": saving.name,
        "direction": saving.direction.value,
        "unit": saving.unit,
        "current": str(saving.current),
        "expected": str(saving.expected),
        "unit_value": str(saving.unit_value),
        "times": str(saving.times),
    }


def _saving(stored: Mapping[str, Any]) -> Saving:
    if "amount" in stored:
        return Saving(stored["name"], amount=Decimal(stored["amount"]))
    return Saving(
        stored["name"],
        direction=Direction(stored["direction"]),
        unit=stored["unit"],
        current=Decimal(stored["current"]),
        expected=Decimal(stored["expected"]),
        unit_value=Decimal(stored["unit_value"]),
        times=Decimal(stored["times"]),
    )
