"""How far an interview got in the five dimensions (S4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuoke.spine.library.rules import Dimension


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of an outline: which dimension it asks about, and whether it has an answer."""

    dimension: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Covered:
    dimension: Dimension
    asked: int
    answered: int

    @property
    def left(self) -> int:
        return self.asked - self.answered

    @property
    def is_covered(self) -> bool:
        """One answer opens a dimension; how many questions it takes is the asker's to judge."""
        return self.answered > 0


@dataclass(frozen=True, slots=True)
class Meter:
    """The five dimensions in their order."""

    parts: tuple[Covered, ...]

    @property
    def covered(self) -> int:
        return sum(part.is_covered for part in self.parts)

    @property
    def missing(self) -> tuple[Dimension, ...]:
        return tuple(part.dimension for part in self.parts if not part.is_covered)

    @property
    def asked(self) -> int:
        return sum(part.asked for part in self.parts)

    @property
    def answered(self) -> int:
        return sum(part.answered for part in self.parts)

    def of(self, dimension: str) -> Covered:
        return next(part for part in self.parts if part.dimension == dimension)


def meter_of(questions: Iterable[Asked]) -> Meter:
    known = list(questions)
    return Meter(
        tuple(
            Covered(
                dimension,
                asked=sum(one.dimension == dimension for one in known),
                answered=sum(one.dimension == dimension and one.is_answered for one in known),
            )
            for dimension in Dimension
        )
    )
