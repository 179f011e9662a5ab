"""Before and after, compared so that chance, another mix of customers and deals that are still running don't decide.

Four things make the comparison honest. *Comparable*: each difference is taken within a customer type and then averaged
over the types that both sides have (weights of W. G. Cochran, Biometrics 10 (1954) 417-451), so more large customers
after than before changes nothing. *Equally old*: a deal counts once it has had the whole horizon, and only what happened
within the horizon counts, on both sides; a young deal that hasn't been won yet is no loss. *All at once*: with m
questions on one page every interval is widened to 1 - level/m (Bonferroni), so that the page as a whole is wrong at most
once in twenty. *Enough*: below ``MIN_CASES`` on a side nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

MIN_CASES = 20
"""Comparable deals on each side, below which nothing is said."""
MIN_IN_STRATUM = 5
"""Deals of one customer type on each side, below which the type isn't compared."""
FALSE_ALARMS = 0.05
"""How often a page may say 提升 or 下降 of anything where nothing has changed."""
LEVEL = 0.035
"""What the intervals are drawn at so that it stays below that: days are skewed, which costs the t interval a part of its
level (``python -m bench.effects`` measures what is left)."""
POWER = 0.8
"""How surely a real difference of the size seen is found with as many cases as a page says it takes."""
MOST_WANTED = 100_000
"""Who would have to wait for more deals than that waits in vain."""


class Measure(StrEnum):
    """What is compared. Shares count what happened; days and amounts are averaged, amounts by their logarithm."""

    WIN_RATE = "win_rate"
    CYCLE = "cycle"
    AMOUNT = "amount"
    CONVERSION = "conversion"
    STEP_DAYS = "step_days"

    @property
    def is_share(self) -> bool:
        return self in (Measure.WIN_RATE, Measure.CONVERSION)

    @property
    def less_is_better(self) -> bool:
        return self in (Measure.CYCLE, Measure.STEP_DAYS)


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """``step``: the step that a conversion or a stay is about."""

    measure: Measure
    step: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases of one customer type on one side, the sum of their values and of the squares of these.

    For shares the values are 0 and 1. For amounts they are natural logarithms of yuan.
    """

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Of one case, unbiased; 0 for fewer than two."""
        if self.n < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1))


Pair = tuple[Tally, Tally]
"""Before and after, of one customer type."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNTOLD = "untold"  # the interval holds "no change"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question. ``before`` and ``after`` are averages over the comparable cases, weighted alike; shares
    0 to 1, days, or yuan (geometric means). ``difference`` with its interval ``low``..``high`` is in points of share, in
    days, or for amounts a ratio less one (0.08: 8 % more); None where nothing can be compared.

    ``n_before``, ``n_after``: comparable cases; ``left_out``: those of customer types that only one side has.
    ``wanted``: how many comparable cases after it takes until a real difference of the size seen is told in four of five
    cases (``POWER``); those before are over and stay as many as they are. None if it is told, if none was seen, or if
    too few cases before leave it untold for ever.
    """

    question: Question
    verdict: Verdict
    n_before: int
    n_after: int
    left_out: int = 0
    before: float | None = None
    after: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    wanted: int | None = None


def findings(tallies: Mapping[Question, Iterable[Pair]]) -> list[Finding]:
    """Every question answered, each interval as wide as that many questions at once ask for."""
    return [_finding(question, list(pairs), questions=len(tallies)) for question, pairs in sorted(tallies.items())]


def _finding(question: Question, pairs: list[Pair], *, questions: int) -> Finding:
    compared = [pair for pair in pairs if min(pair[0].n, pair[1].n) >= MIN_IN_STRATUM]
    n_before, n_after = sum(b.n for b, _ in compared), sum(a.n for _, a in compared)
    left_out = sum(b.n + a.n for b, a in pairs) - n_before - n_after
    counted = {"n_before": n_before, "n_after": n_after, "left_out": left_out}
    if min(n_before, n_after) < MIN_CASES:
        return Finding(question, Verdict.TOO_FEW, **counted)
    estimate = _estimate(compared, is_share=question.measure.is_share)
    quantile = _quantile(1 - LEVEL / questions / 2, freedom=estimate.freedom)
    half = estimate.error * quantile
    low, high = estimate.difference - half, estimate.difference + half
    verdict = _verdict(low, high, less_is_better=question.measure.less_is_better)
    wanted = None
    if verdict is Verdict.UNTOLD:
        wanted = _wanted(compared, estimate.difference, quantile=quantile, is_share=question.measure.is_share)
    before, after, difference = estimate.before, estimate.after, estimate.difference
    if question.measure is Measure.AMOUNT:
        before, after = math.exp(before), math.exp(after)
        difference, low, high = math.expm1(difference), math.expm1(low), math.expm1(high)
    return Finding(
        question, verdict, **counted, before=before, after=after, difference=difference, low=low, high=high,
        wanted=wanted,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Estimate:
    before: float
    after: float
    difference: float
    error: float
    freedom: float


def _estimate(pairs: list[Pair], *, is_share: bool) -> _Estimate:
    """The weighted mean of the differences within customer types, its standard error and degrees of freedom."""
    weights = [b.n * a.n / (b.n + a.n) for b, a in pairs]
    whole = sum(weights)
    shares = [weight / whole for weight in weights]
    moments = _share_moments if is_share else _mean_moments
    difference = error2 = against = 0.0
    for share, (before, after) in zip(shares, pairs, strict=True):
        (mean_b, var_b), (mean_a, var_a) = moments(before), moments(after)
        difference += share * (mean_a - mean_b)
        for tally, variance in ((before, var_b), (after, var_a)):
            part = share * share * variance
            error2 += part
            against += part * part / (tally.n - 1)
    return _Estimate(
        before=sum(share * b.mean for share, (b, _) in zip(shares, pairs, strict=True)),
        after=sum(share * a.mean for share, (_, a) in zip(shares, pairs, strict=True)),
        difference=difference,
        error=math.sqrt(error2),
        freedom=math.inf if is_share or not against else error2 * error2 / against,
    )


def _share_moments(tally: Tally) -> tuple[float, float]:
    """A share and the variance of its estimate, with one success and one failure added (A. Agresti and B. Caffo, The
    American Statistician 54 (2000) 280-288): 0 of 6 is not certainly never."""
    share = (tally.total + 1) / (tally.n + 2)
    return share, share * (1 - share) / (tally.n + 2)


def _mean_moments(tally: Tally) -> tuple[float, float]:
    """A mean and the variance of its estimate (B. L. Welch, Biometrika 34 (1947) 28-35)."""
    return tally.mean, tally.variance / tally.n


def _quantile(probability: float, *, freedom: float) -> float:
    """Of Student's t, by its expansion around the normal one (R. A. Fisher and E. A. Cornish, Technometrics 2 (1960)
    209-225): within 0.5 % from 8 degrees of freedom and up to 1 - 0.002."""
    z = NormalDist().inv_cdf(probability)
    if math.isinf(freedom):
        return z
    v = max(freedom, 1.0)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / v + second / v**2 + third / v**3


def _verdict(low: float, high: float, *, less_is_better: bool) -> Verdict:
    if low > 0:
        return Verdict.WORSE if less_is_better else Verdict.BETTER
    if high < 0:
        return Verdict.BETTER if less_is_better else Verdict.WORSE
    return Verdict.UNTOLD


def _wanted(pairs: list[Pair], difference: float, *, quantile: float, is_share: bool) -> int | None:
    """How many cases after, the customer types in the same proportions and the cases before as they are, until

        |difference| >= (quantile + z(POWER)) * standard error

    which is the usual condition for a two-sample comparison (J. Cohen, Statistical Power Analysis, 2nd ed. 1988, chapter
    2: of one type and equal variances it is n_after = n_before n / (2 n_before - n) with n = 2 (quantile + z)² variance /
    difference², his case of one fixed sample). Taking the difference seen for the real one: no less would do.
    """
    reach = abs(difference) / (quantile + NormalDist().inv_cdf(POWER))
    moments = _share_moments if is_share else _mean_moments
    given = [(b.n, a.n, moments(b)[1], moments(a)[1]) for b, a in pairs]

    def error(factor: float) -> float:
        weights = [b * a * factor / (b + a * factor) for b, a, _, _ in given]
        squares = sum(w * w * (vb + va / factor) for w, (_, _, vb, va) in zip(weights, given, strict=True))
        return math.sqrt(squares) / sum(weights)

    n_after = sum(a for _, a, _, _ in given)
    low, high = 1.0, max(1.0, MOST_WANTED / n_after)
    if error(high) > reach:
        return None
    while (high - low) * n_after > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if error(middle) > reach else (low, middle)
    return math.ceil(high * n_after)
