"""What may happen to a deal (P2, P2a). Step and outcome are two things."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    OPEN = "open"
    PAUSED = "paused"  # until a date
    WON = "won"  # stays active through steps 7-8
    LOST = "lost"
    VOID = "void"


RUNNING = frozenset({Outcome.OPEN, Outcome.PAUSED})
CLOSED = frozenset({Outcome.WON, Outcome.LOST, Outcome.VOID})


class Move(StrEnum):
    """How a deal came into a step."""

    OPENED = "opened"
    ADVANCED = "advanced"
    MOVED_BACK = "moved_back"
    CLOSED = "closed"  # lost or void: straight to the review
    REOPENED = "reopened"
