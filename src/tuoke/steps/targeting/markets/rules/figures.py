"""What the figures of a market tell together: growth a year, and where two sources don't agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tuoke.services.exchange.rules import UNITS, Problem, amount, number
from tuoke.steps.targeting.markets.rules.statements import MOST_MARKET, Point

APART = Decimal("0.20")
"""Two figures of one year that are further apart than this, of the smaller one, don't count the same thing."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Growth:
    """Compound growth a year between the first and the last year of a series: 0.183 is 18.3 %."""

    first: int
    last: int
    rate: float


def growth_of(points: Iterable[Point]) -> Growth | None:
    """CAGR = (last / first) ^ (1 / years) - 1. None for fewer than two years, or where a market begins with nothing."""
    series = sorted(points, key=lambda point: point.year)
    if len(series) < 2 or series[0].amount <= 0:
        return None
    first, last = series[0], series[-1]
    rate = (float(last.amount) / float(first.amount)) ** (1 / (last.year - first.year)) - 1
    return Growth(first.year, last.year, rate)


def is_forecast(year: int, *, sourced_on: date) -> bool:
    """A year that wasn't over when the source appeared can only be an estimate."""
    return year >= sourced_on.year


@dataclass(frozen=True, slots=True)
class Figure:
    """A size that is claimed for a year. ``key`` names the statement."""

    key: int
    year: int
    amount: Decimal
    title: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """A year whose figures don't agree. ``share``: how far the largest lies above the smallest, 0.35 is 35 %."""

    year: int
    figures: tuple[Figure, ...]
    share: Decimal | None


def apart(figures: Iterable[Figure]) -> tuple[Apart, ...]:
    """口径不一: the years for which two statements differ by more than a fifth, the latest first."""
    by_year: dict[int, list[Figure]] = {}
    for figure in figures:
        by_year.setdefault(figure.year, []).append(figure)
    found = []
    for year, claims in sorted(by_year.items(), reverse=True):
        low, high = min(f.amount for f in claims), max(f.amount for f in claims)
        if high > low * (1 + APART):
            found.append(Apart(year, tuple(claims), (high - low) / low if low else None))
    return tuple(found)


def typed_amount(text: str, unit: str) -> Decimal | Problem | None:
    """A market's size in yuan: 380亿, or a plain number in ``unit`` (one of ``UNITS``); the text's own unit wins."""
    plain = number(text)
    if isinstance(plain, Decimal):
        found: Decimal | Problem | None = (plain * UNITS[unit]).quantize(_CENT)
    else:
        found = plain if isinstance(plain, Problem) and plain.code in ("negative", "too_big") else amount(text, unit)
    return Problem("too_big", {"text": text[:40]}) if isinstance(found, Decimal) and found >= MOST_MARKET else found


def in_unit(value: Decimal, unit: str) -> str:
    """A size as its source gave it: 380 亿元."""
    return f"{value / UNITS[unit]:,.4f}".rstrip("0").rstrip(".") if unit in UNITS else f"{value:,.2f}"


def best_unit(amounts: Sequence[Decimal]) -> str:
    """The unit in which these are read best together."""
    most = max(amounts, default=Decimal(0))
    return next((unit for unit in ("亿元", "万元") if most >= UNITS[unit]), "元")
