"""What all lines together are worth to the customer, and when it has paid for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tuoke.services.exchange.rules import cents
from tuoke.steps.proposals.values.rules.items import NOTHING, Band, Basis, Figures, Measure, Share
from tuoke.steps.proposals.values.rules.payback import Spending, balance, net_value, payback_months, total_cost


class Circular(ValueError):
    """Lines that are shares of each other: ``keys`` says which."""

    def __init__(self, keys: tuple[int, ...]) -> None:
        super().__init__(f"shares of each other: {keys}")
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its yearly benefit in yuan."""

    key: int
    basis: Basis
    benefit: Band


@dataclass(frozen=True, slots=True)
class Worth:
    """``yearly`` is the sum of the lines as they are printed, each rounded to the cent."""

    lines: tuple[Line, ...]
    spending: Spending

    @property
    def yearly(self) -> Band:
        return sum((line.benefit for line in self.lines), NOTHING)

    @property
    def payback(self) -> tuple[int | None, int | None, int | None]:
        """Months: cautious, likely, optimistic."""
        low, likely, high = (payback_months(benefit, self.spending) for benefit in self.yearly)
        return low, likely, high

    @property
    def net(self) -> Band | None:
        """净值 after the years; None while the investment isn't known."""
        nets = [net_value(benefit, self.spending) for benefit in self.yearly]
        low, likely, high = nets
        return None if low is None or likely is None or high is None else Band(low, likely, high)

    @property
    def total_cost(self) -> Decimal | None:
        return total_cost(self.spending)

    @property
    def own_figures(self) -> int:
        """How many lines rest on the customer's own figures."""
        return sum(line.basis is Basis.CUSTOMER for line in self.lines)

    @property
    def customers_part(self) -> int:
        """Percent of the likely benefit that rests on his own figures."""
        whole = self.yearly.likely
        own = sum((line.benefit.likely for line in self.lines if line.basis is Basis.CUSTOMER), Decimal(0))
        return int(own * 100 / whole) if whole else 0

    def course(self, *, every: int = 3) -> tuple[tuple[int, Band | None], ...]:
        """累计净收益 at the end of every third month, from the beginning."""
        months = range(0, 12 * self.spending.years + 1, every)
        return tuple((month, self._balance(month)) for month in months)

    def _balance(self, month: int) -> Band | None:
        low, likely, high = (balance(benefit, self.spending, month=month) for benefit in self.yearly)
        return None if low is None or likely is None or high is None else Band(low, likely, high)


def worth(items: Iterable[tuple[int, Basis, Figures]], spending: Spending) -> Worth:
    """The lines by their keys, in their order. A share of a line that isn't there is worth nothing.

    Raises Circular where lines are shares of each other; ``items.circle`` asks before.
    """
    given = list(items)
    figures = {key: found for key, _basis, found in given}
    known: dict[int, Band] = {}
    lines = tuple(Line(key, basis, _benefit(key, figures, known, ())) for key, basis, _figures in given)
    return Worth(lines, spending)


def _benefit(key: int, figures: Mapping[int, Figures], known: dict[int, Band], way: tuple[int, ...]) -> Band:
    if key in way:
        raise Circular((*way[way.index(key) :], key))
    if key not in known:
        found = figures.get(key)
        if isinstance(found, Measure):
            known[key] = found.benefit
        elif isinstance(found, Share):
            base = _benefit(found.of, figures, known, (*way, key))
            known[key] = Band(*(cents(amount * found.percent / 100) for amount in base))
        else:
            known[key] = NOTHING
    return known[key]
