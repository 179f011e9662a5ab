"""When an investment has come back, and what is left after some years (S5.2, S6.3).

Static and undiscounted, as 《建设项目经济评价方法与参数（第三版）》 (国家发展改革委、建设部, 2006) counts 静态投资回收期: the
month in which what came in has reached what went out. Said so on every screen and paper that shows it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import cents
from tuoke.steps.proposals.values.rules.figures import money_fault

YEARS_USUAL, YEARS_MOST = 3, 10
DELAY_MOST = 36
MONTHS_MOST = 600
"""What hasn't come back in fifty years doesn't come back."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What the customer spends, yuan: ``investment`` once at the beginning, ``running`` every year from then on.

    ``delay``: so many months pass before the benefit begins. ``investment`` None isn't known, which isn't zero.
    """

    investment: Decimal | None = None
    running: Decimal = Decimal(0)
    delay: int = 0
    years: int = YEARS_USUAL

    def faults(self) -> Verdict:
        verdict = YES if self.investment is None else money_fault(self.investment, field="investment")
        verdict &= money_fault(self.running, field="running")
        if not 0 <= self.delay <= DELAY_MOST:
            verdict &= no("delay_out_of_range", field="delay", most=DELAY_MOST)
        if not 1 <= self.years <= YEARS_MOST:
            verdict &= no("years_out_of_range", field="years", most=YEARS_MOST)
        return verdict


def total_cost(spending: Spending, *, years: int | None = None) -> Decimal | None:
    """总成本: ``investment + running × years``; None while the investment isn't known."""
    if spending.investment is None:
        return None
    return cents(spending.investment + spending.running * (spending.years if years is None else years))


def balance(yearly: Decimal, spending: Spending, *, month: int) -> Decimal | None:
    """累计净收益 at the end of ``month`` (0 is the day of the investment):

    ``yearly / 12 × max(0, month − delay) − running / 12 × month − investment``, to the cent.
    """
    exact = _balance(yearly, spending, month=month)
    return None if exact is None else cents(Decimal(exact.numerator) / Decimal(exact.denominator))


def net_value(yearly: Decimal, spending: Spending) -> Decimal | None:
    """净值 after ``spending.years`` years: what came in less what went out."""
    return balance(yearly, spending, month=12 * spending.years)


def payback_months(yearly: Decimal, spending: Spending) -> int | None:
    """The first month at whose end, and ever after, what came in has reached what went out.

    ``⌈(investment + yearly / 12 × delay) / ((yearly − running) / 12)⌉``; None where it never does, or the investment
    isn't known. Who spends nothing has nothing to get back: 0.
    """
    if spending.investment is None:
        return None
    surplus = Fraction(yearly) - Fraction(spending.running)
    if surplus <= 0:
        return None
    if not spending.investment and not spending.running:
        return 0
    needed = Fraction(spending.investment) + Fraction(yearly) * spending.delay / 12
    months = math.ceil(needed * 12 / surplus)
    return months if months <= MONTHS_MOST else None


def _balance(yearly: Decimal, spending: Spending, *, month: int) -> Fraction | None:
    if spending.investment is None:
        return None
    gained = Fraction(yearly) * max(0, month - spending.delay) / 12
    return gained - Fraction(spending.running) * month / 12 - Fraction(spending.investment)
