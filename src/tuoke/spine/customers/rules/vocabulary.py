"""Vocabulary of parties. Scoring and tiers are decided by ``steps.leads``; only their results live here."""

from __future__ import annotations

from enum import IntFlag, StrEnum


class LeadStatus(StrEnum):
    OPEN = "open"  # 跟进中 (or waiting in the pool)
    CONVERTED = "converted"  # 已转商机
    DISCARDED = "discarded"  # 无效, with a reason
    MERGED = "merged"  # 已合并 into another lead


class Handling(StrEnum):
    """How a party came to its holder, or left him (S2.6)."""

    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    RECYCLED = "recycled"


class FactKind(IntFlag):
    """Facts that matter enough to be verified (S2.7); a party keeps sets of them as bits."""

    SCALE = 1  # 规模
    BUDGET = 2  # 预算
    WANT = 4  # 需求
    CONTACT = 8  # 联系人


class Tier(StrEnum):
    FOCUS = "focus"  # 重点攻坚
    NURTURE = "nurture"  # 持续培育
    WATCH = "watch"  # 长期观察


class DecisionRole(StrEnum):
    DECIDER = "decider"
    INFLUENCER = "influencer"
    USER = "user"
    BLOCKER = "blocker"
    UNKNOWN = ""


class Channel(StrEnum):
    """Ways to reach people (S3.3)."""

    PHONE = "phone"
    EMAIL = "email"
    WECHAT = "wechat"
    SMS = "sms"
    VISIT = "visit"
    OFFLINE_MEETING = "offline_meeting"
    ONLINE_MEETING = "online_meeting"


class OnDuplicate(StrEnum):
    """What a new record does when the same one is there already (S2.3)."""

    REFUSE = "refuse"
    ACCEPT = "accept"  # somebody has looked at the hits and says: another one
