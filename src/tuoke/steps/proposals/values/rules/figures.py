"""Figures as they go in: finite, not negative, not absurd, not finer than anybody measures. Money comes out to the cent."""

from __future__ import annotations

from decimal import Decimal

from tuoke.base.kernel.verdict import YES, Verdict, no

MOST_MONEY = Decimal(10) ** 10
"""100 亿元: no single figure of a deal is larger."""
MOST_FIGURE = Decimal(10) ** 9
MOST_TIMES = Decimal(10) ** 8
"""A hundred million times a year: three a second."""
PLACES = 4
"""Quantities and unit prices may have four places (0.6875 元 a kWh); amounts have two."""


def figure_fault(value: Decimal | None, *, field: str, most: Decimal = MOST_FIGURE, places: int = PLACES) -> Verdict:
    """figure_missing, figure_unclear (NaN, infinite), figure_negative, figure_too_big, figure_too_fine."""
    if value is None:
        return no("figure_missing", field=field)
    if not value.is_finite():
        return no("figure_unclear", field=field)
    if value < 0:
        return no("figure_negative", field=field)
    if value > most:
        return no("figure_too_big", field=field, most=f"{most:,.0f}")
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # a finite one
    return no("figure_too_fine", field=field, places=places) if -exponent > places else YES


def money_fault(value: Decimal | None, *, field: str) -> Verdict:
    return figure_fault(value, field=field, most=MOST_MONEY, places=2)
