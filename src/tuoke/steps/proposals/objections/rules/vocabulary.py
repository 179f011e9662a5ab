"""Where an objection stands, and how much of it may be written. Values are kept in the database: never rename one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

TEXT_LIMITS: Mapping[str, int] = {
    "text": 300, "answer": 2000, "alternative": 1000, "backing": 500, "result_note": 500, "reason": 200,
}  # fmt: skip
MOST_PROOFS = 10
MOST_IN_DEAL = 60
"""Objections of one deal, withdrawn ones among them: a list that somebody reads before a meeting."""


class State(StrEnum):
    PREDICTED = "predicted"  # 预判
    PREPARED = "prepared"  # 已备好
    RAISED = "raised"  # 客户已提出
    ANSWERED = "answered"  # 已答复
    RESOLVED = "resolved"  # 已消除
    DISMISSED = "dismissed"  # 不适用


class Result(StrEnum):
    """What the customer said to the answer."""

    ACCEPTED = "accepted"  # 接受
    PARTLY = "partly"  # 部分接受
    REJECTED = "rejected"  # 没有接受
    UNKNOWN = ""
