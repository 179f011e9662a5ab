"""The same question asked of several people: their answers side by side (S4.1)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """One answer: ``about`` names the question however often it was asked, ``who`` the contact that gave it."""

    key: int
    about: Hashable
    who: int | None


def side_by_side(voices: Iterable[Voice]) -> list[list[int]]:
    """The keys of answers to one question that at least two contacts gave, question by question as first asked."""
    found: dict[Hashable, list[Voice]] = {}
    for voice in voices:
        if voice.who is not None:
            found.setdefault(voice.about, []).append(voice)
    return [[one.key for one in said] for said in found.values() if len({one.who for one in said}) > 1]
