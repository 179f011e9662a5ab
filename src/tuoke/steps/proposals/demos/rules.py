"""Demonstrations, prototypes and trial accounts (S5.2). Plain Python."""

from __future__ import annotations

from enum import StrEnum


class DemoKind(StrEnum):
    DEMO = "demo"
    PROTOTYPE = "prototype"


class Reaction(StrEnum):
    """How the customer took it."""

    CONVINCED = "convinced"
    INTERESTED = "interested"
    NEUTRAL = "neutral"
    DOUBTFUL = "doubtful"
    UNKNOWN = ""


class DemoState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
