"""Which customers may leave us, and why (S8.2, M2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason
from tuoke.steps.reviews.revisits.rules.visits import FADING, LOW, Usage

OVERDUE_DAYS = 14
PAYMENT_DAYS = 7
ISSUE_DAYS = 14
FELL_BY = 2
"""So many points less than the time before is a fall, wherever it ends."""
SAID_FOR = timedelta(days=365)
"""What a customer said more than a year ago alarms nobody any more."""


class Sign(StrEnum):
    LOW_SCORE = "low_score"
    FALLING_SCORE = "falling_score"
    UNUSED = "unused"
    FALLING_USAGE = "falling_usage"
    REVISIT_OVERDUE = "revisit_overdue"
    PAYMENT_OVERDUE = "payment_overdue"
    OPEN_ISSUES = "open_issues"


WEIGHTS = {
    Sign.LOW_SCORE: 3,
    Sign.UNUSED: 3,
    Sign.FALLING_SCORE: 2,
    Sign.FALLING_USAGE: 2,
    Sign.OPEN_ISSUES: 2,
    Sign.PAYMENT_OVERDUE: 2,
    Sign.REVISIT_OVERDUE: 1,
}
AT_RISK, GRAVE = 2, 4
"""From these sums on a customer may leave, or is about to. A late visit alone is our own fault and no sign of his."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a customer who bought: the two newest scores, the newest usage, what is late by how many days."""

    score: int | Decimal | None = None
    score_before: int | Decimal | None = None
    usage: Usage = Usage.UNKNOWN
    revisit_late: int = 0
    payment_late: int = 0
    payment_amount: Decimal | None = None
    issues: int = 0
    issue_days: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why he may leave, the gravest first; ``weight`` is their sum."""

    reasons: tuple[Reason, ...]
    weight: int

    def __bool__(self) -> bool:
        return self.weight >= AT_RISK

    @property
    def is_grave(self) -> bool:
        return self.weight >= GRAVE


def leaving(signs: Signs) -> Leaving:
    """Every sign that is there, judged together."""
    found = [*_of_scores(signs), *_of_usage(signs), *_of_debts(signs)]
    found.sort(key=lambda reason: -WEIGHTS[Sign(reason.code)])
    return Leaving(tuple(found), sum(WEIGHTS[Sign(reason.code)] for reason in found))


def is_still_said(day: date, *, today: date) -> bool:
    return today - day <= SAID_FOR


def _of_scores(signs: Signs) -> list[Reason]:
    if signs.score is None:
        return []
    if signs.score <= LOW:
        return [Reason(Sign.LOW_SCORE, {"score": signs.score})]
    if signs.score_before is not None and signs.score_before - signs.score >= FELL_BY:
        return [Reason(Sign.FALLING_SCORE, {"score": signs.score, "before": signs.score_before})]
    return []


def _of_usage(signs: Signs) -> list[Reason]:
    if signs.usage not in FADING:
        return []
    return [Reason(Sign.UNUSED if signs.usage is Usage.UNUSED else Sign.FALLING_USAGE)]


def _of_debts(signs: Signs) -> list[Reason]:
    found = []
    if signs.issues and signs.issue_days >= ISSUE_DAYS:
        found.append(Reason(Sign.OPEN_ISSUES, {"count": signs.issues, "days": signs.issue_days}))
    if signs.payment_late >= PAYMENT_DAYS:
        found.append(Reason(Sign.PAYMENT_OVERDUE, {"days": signs.payment_late, "amount": signs.payment_amount}))
    if signs.revisit_late >= OVERDUE_DAYS:
        found.append(Reason(Sign.REVISIT_OVERDUE, {"days": signs.revisit_late}))
    return found
