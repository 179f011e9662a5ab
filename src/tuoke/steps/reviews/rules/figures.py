"""目标达成率, 关键节点效率, 客户满意度 (S8.1): worked out from what was recorded, each with what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

FEWEST = 5
"""Comparable deals below which no median is told: one would learn of single deals rather than of the team."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the deal was to bring, as it was said at one moment: at its opening (``step`` blank), at the gate out of a step
    (its name)."""

    said_on: date
    amount: Decimal | None
    close_on: date | None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Attainment:
    """What came of the plan. ``amount_ratio`` in per cent of the planned amount; None where either isn't known, 0 where
    nothing was signed. ``days_late``: negative is early; None without a date or a signature. ``margin``: gross, in per
    cent of what was signed, where finance has said what the project cost."""

    planned: Decimal | None
    reached: Decimal | None
    amount_ratio: Decimal | None
    planned_on: date | None
    reached_on: date | None
    days_late: int | None
    margin: Decimal | None = None

    @property
    def in_time(self) -> bool | None:
        return None if self.days_late is None else self.days_late <= 0


def attainment(
    plan: Plan, *, won: bool, reached: Decimal | None, reached_on: date | None, cost: Decimal | None = None
) -> Attainment:
    """``reached``: what was signed. A deal that was given up reached nothing of what was planned."""
    reached = reached if won else Decimal(0)
    return Attainment(
        planned=plan.amount,
        reached=reached,
        amount_ratio=_per_cent(reached, plan.amount),
        planned_on=plan.close_on,
        reached_on=reached_on if won else None,
        days_late=(reached_on - plan.close_on).days if won and reached_on and plan.close_on else None,
        margin=_per_cent(reached - cost, reached) if won and reached is not None and cost is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One number among those of comparable deals. ``faster``: per cent of them that took longer; ties count half."""

    cases: int
    median: Decimal | None
    faster: int | None

    @property
    def is_enough(self) -> bool:
        return self.median is not None


def compared(days: int, others: Sequence[int], *, fewest: int = FEWEST) -> Compared:
    if len(others) < fewest:
        return Compared(len(others), None, None)
    longer = sum(1 for other in others if other > days) + Decimal(sum(1 for other in others if other == days)) / 2
    share = (Decimal(longer) * 100 / len(others)).quantize(Decimal(1), ROUND_HALF_UP)
    return Compared(len(others), Decimal(median(others)).quantize(_TENTH, ROUND_HALF_UP), int(share))


@dataclass(frozen=True, slots=True)
class Measured:
    """One stay of the deal in a step."""

    step: str
    entered_on: date
    left_on: date | None
    days: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepDays:
    """A step of the deal: days over all its stays against the standard, and against the team's comparable deals."""

    step: str
    name: str
    days: int
    standard: int
    stays: tuple[Measured, ...]
    against: Compared

    @property
    def over(self) -> int:
        return max(0, self.days - self.standard)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """One answer of the customer, out of ten. ``source`` says where it comes from and ``key`` names it for code;
    ``by`` who gave it; ``permission`` is the right that reading it asks for (blank: reading reviews)."""

    key: str
    source: str
    score: Decimal
    on: date
    by: str = ""
    comment: str = ""
    url: str = ""
    permission: str = ""


def average_score(found: Sequence[Satisfaction]) -> Decimal | None:
    """Of the answers that there are; None: nobody has said anything."""
    if not found:
        return None
    return (sum((one.score for one in found), Decimal(0)) / len(found)).quantize(_TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is computed (S8.1). ``plans``: what was planned at the opening, then at each gate, oldest first.

    ``contracts`` names the signed contracts that the amount rests on; empty where the deal's own amount does.
    ``compared_with``: how many deals of the same team and customer type ended in the two years before this one.
    """

    plans: tuple[Plan, ...]
    reached: Attainment
    contracts: tuple[str, ...]
    steps: tuple[StepDays, ...]
    compared_with: int
    satisfaction: tuple[Satisfaction, ...]

    @property
    def score(self) -> Decimal | None:
        return average_score(self.satisfaction)

    @property
    def days(self) -> int:
        return sum(step.days for step in self.steps)

    @property
    def standard(self) -> int:
        return sum(step.standard for step in self.steps)


def _per_cent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if part is None or not whole:
        return None
    return (part * 100 / whole).quantize(_TENTH, ROUND_HALF_UP)
