"""What a library item is, and what it can be tagged with. Values are kept in the database: never rename one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    SCRIPT = "script"  # 话术
    OPENING = "opening"  # 开场白
    QUESTION = "question"  # 问题
    CASE = "case"  # 案例
    MAIL = "mail"  # 邮件模板
    PHRASE = "phrase"  # 常用语


class Dimension(StrEnum):
    """The five dimensions of the question outline (S4.1), in their order."""

    STATUS = "status"  # 现状
    PAIN = "pain"  # 痛点
    GOAL = "goal"  # 目标
    SOLUTION = "solution"  # 方案
    DECISION = "decision"  # 决策


class JobRole(StrEnum):
    """Whom one talks to, by what he answers for in his company. ``roles.role_of`` reads it from a position."""

    EXECUTIVE = "executive"  # 老板、总经理
    BUSINESS = "business"  # 业务、生产、运营负责人
    TECHNOLOGY = "technology"  # 技术、信息化负责人
    PURCHASING = "purchasing"  # 采购
    FINANCE = "finance"  # 财务
    PEOPLE = "people"  # 人事行政
    USER = "user"  # 一线使用者
    CONSUMER = "consumer"  # 个人客户


class Trigger(StrEnum):
    """The event that gives a reason to call (S3.1)."""

    FUNDING = "funding"  # 融资
    EXPANSION = "expansion"  # 扩张
    PEOPLE = "people"  # 人事变动
    TENDER = "tender"  # 招投标
    POLICY = "policy"  # 政策
    REFERRAL = "referral"  # 转介绍
    PRODUCT = "product"  # 新品、新业务
    EVENT = "event"  # 展会、活动
    QUALITY = "quality"  # 投诉、质量事件
    EXISTING = "existing"  # 老客户回访
    LOST = "lost"  # 以前丢过单


class PhraseField(StrEnum):
    """The field of the call desk that a phrase is for (S3.4)."""

    STATUS = "status"  # 业务现状
    PAINS = "pains"  # 痛点
    PROBLEM = "problem"  # 初步需求
    NEXT = "next"  # 后续意向
    FREE = "free"  # 其他


CHANNELS = ("phone", "email", "wechat", "sms", "visit", "offline_meeting", "online_meeting")
"""The values of ``customers.rules.Channel``, which stands above the library; a test holds them together."""


@dataclass(frozen=True, slots=True)
class Tags:
    """Whom and what an item is for; an empty tag is for all. ``industry`` is one of ``catalog.rules.INDUSTRIES``."""

    market: str = ""
    scale: str = ""
    motion: str = ""
    industry: str = ""
    channel: str = ""
    role: str = ""
    dimension: str = ""
    trigger: str = ""


TAGS = ("market", "scale", "motion", "industry", "channel", "role", "dimension", "trigger")
TAGS_OF: dict[ItemKind, tuple[str, ...]] = {
    ItemKind.SCRIPT: ("market", "scale", "motion", "industry", "channel", "role", "trigger"),
    ItemKind.OPENING: ("market", "scale", "motion", "industry", "channel", "role", "trigger"),
    ItemKind.QUESTION: ("market", "scale", "motion", "industry", "role", "dimension"),
    ItemKind.CASE: ("market", "scale", "industry"),
    ItemKind.MAIL: ("market", "scale", "motion", "industry", "role"),
    ItemKind.PHRASE: ("market", "industry"),
}
"""The tags that say something about an item of the kind; a question also needs its dimension."""
