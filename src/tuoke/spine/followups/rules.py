"""Vocabulary of the thread through all steps (F1, F2)."""

from __future__ import annotations

from enum import StrEnum


class FollowUpOutcome(StrEnum):
    PROGRESS = "progress"  # 推进
    STALLED = "stalled"  # 停滞
    WON = "won"  # 成交
    REFUSED = "refused"  # 拒绝
    UNKNOWN = ""  # imported rows that do not say
