"""Deals as they might have happened, with a known effect or none: what the measured effect is tried on (S8.3).

Two versions, four customer types whose own rates differ widely, and another mix of them after than before: who compares
the plain averages is misled by the mix alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from tuoke.steps.reviews.effects.rules import Measure, Pair, Question, Tally

STEPS = ("outreach", "discovery", "proposals", "negotiation", "contracts", "reviews")
QUESTIONS = (
    Question(Measure.WIN_RATE),
    Question(Measure.CYCLE),
    Question(Measure.AMOUNT),
    *(Question(Measure.CONVERSION, step) for step in STEPS[:-1]),
    *(Question(Measure.STEP_DAYS, step) for step in STEPS[:-1]),
)


@dataclass(frozen=True, slots=True)
class Type:
    """A customer type: share of deals won, share that goes on at a step, typical days and yuan, share of all deals."""

    won: float
    goes_on: float
    days: float
    amount: float
    before: float
    after: float


TYPES = (
    Type(0.45, 0.85, 6, 60_000, before=0.50, after=0.20),
    Type(0.30, 0.75, 12, 200_000, before=0.25, after=0.30),
    Type(0.18, 0.65, 20, 900_000, before=0.15, after=0.35),
    Type(0.10, 0.55, 30, 2_500_000, before=0.10, after=0.15),
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the new version really does: points of share, and factors of days and of amounts."""

    won: float = 0.0
    goes_on: float = 0.0
    days: float = 1.0
    amount: float = 1.0


NONE = Effect()


def tallies(seed: int, *, n: int, effect: Effect = NONE) -> Mapping[Question, list[Pair]]:
    """``n`` deals on each side."""
    chance = random.Random(seed)
    sides = [_side(chance, n=n, effect=NONE, is_after=False), _side(chance, n=n, effect=effect, is_after=True)]
    return {q: list(zip(*(side[q] for side in sides), strict=True)) for q in QUESTIONS}


def _side(chance: random.Random, *, n: int, effect: Effect, is_after: bool) -> dict[Question, list[Tally]]:
    found: dict[Question, list[Tally]] = {question: [] for question in QUESTIONS}
    weights = [kind.after if is_after else kind.before for kind in TYPES]
    sizes = [0] * len(TYPES)
    for kind in chance.choices(range(len(TYPES)), weights, k=n):
        sizes[kind] += 1
    for kind, size in zip(TYPES, sizes, strict=True):
        wins = sum(chance.random() < kind.won + effect.won for _ in range(size))
        found[QUESTIONS[0]].append(Tally(size, wins, wins))
        found[QUESTIONS[1]].append(_values([chance.gammavariate(2, kind.days * effect.days) for _ in range(wins)]))
        logs = [math.log(kind.amount * effect.amount) + chance.gauss(0, 0.6) for _ in range(wins)]
        found[QUESTIONS[2]].append(_values(logs))
        for step in STEPS[:-1]:
            on = sum(chance.random() < kind.goes_on + effect.goes_on for _ in range(size))
            found[Question(Measure.CONVERSION, step)].append(Tally(size, on, on))
            stays = [min(chance.gammavariate(1.5, kind.days * effect.days / 2), 28) for _ in range(size)]
            found[Question(Measure.STEP_DAYS, step)].append(_values(stays))
            size = on
    return found


def _values(values: list[float]) -> Tally:
    return Tally(len(values), sum(values), sum(value * value for value in values))
