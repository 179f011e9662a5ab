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
    BLOCK = "block"  # 方案内容
    OBJECTION = "objection"  # 异议
    CLOSING = "closing"  # 促成话术
    EVIDENCE = "evidence"  # 证据
    CLAUSE = "clause"  # 条款


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


class BlockPart(StrEnum):
    """The parts of a proposal, in the order in which it is read (S5.1)."""

    SITUATION = "situation"  # 现状与理解
    NEEDS = "needs"  # 需求与目标
    SOLUTION = "solution"  # 解决方案
    VALUE = "value"  # 价值
    DIFFERENCE = "difference"  # 差异化优势
    PROOF = "proof"  # 案例与证据
    PLAN = "plan"  # 实施计划
    SERVICE = "service"  # 服务与团队
    TERMS = "terms"  # 报价与条款


class NeedType(StrEnum):
    """What a need is about. ``needs.need_types_of`` reads it from the customer's words."""

    COST = "cost"  # 降本
    EFFICIENCY = "efficiency"  # 提效
    QUALITY = "quality"  # 质量
    DELIVERY = "delivery"  # 交期
    SECURITY = "security"  # 安全合规
    EXPERIENCE = "experience"  # 客户体验
    GROWTH = "growth"  # 增长
    INSIGHT = "insight"  # 数据与决策


class Weight(StrEnum):
    """For how pressing a need something is meant."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ObjectionKind(StrEnum):
    """What an objection is about (S5.3)."""

    PRICE = "price"  # 价格
    DELIVERY = "delivery"  # 交付周期
    SECURITY = "security"  # 数据安全
    QUALITY = "quality"  # 效果与质量
    SERVICE = "service"  # 服务
    COMPETITOR = "competitor"  # 竞品
    TIMING = "timing"  # 时机
    AUTHORITY = "authority"  # 决策
    CHANGE = "change"  # 变革与使用


class SignalKind(StrEnum):
    """By what a customer shows that he is ready to sign (S6.4)."""

    CONTRACT = "contract"  # 合同细节
    DELIVERY = "delivery"  # 交付时间
    PAYMENT = "payment"  # 付款方式
    PRICE = "price"  # 最终价格
    TRIAL = "trial"  # 试用、试点
    INTRODUCTION = "introduction"  # 介绍更多人
    START = "start"  # 启动准备
    SUPPORT = "support"  # 培训与售后


class EvidenceKind(StrEnum):
    """Where evidence comes from, besides cases."""

    REPORT = "report"  # 行业报告
    CERTIFICATE = "certificate"  # 资质认证
    CUSTOMER = "customer"  # 客户认可
    MEASUREMENT = "measurement"  # 实测数据


class ClausePart(StrEnum):
    """What a clause of a contract is about, in the order in which a contract is read (S7.1)."""

    SCOPE = "scope"  # 服务范围
    STANDARD = "standard"  # 交付标准
    PAYMENT = "payment"  # 付款周期
    BREACH = "breach"  # 违约责任
    OWN = "own"  # 其他：保密、知识产权、解除 …


class ClauseUse(StrEnum):
    """Whether a clause comes into a contract by itself."""

    MUST = "must"  # whoever takes it out asks legal
    USUAL = "usual"  # in every draft that it fits, may be taken out
    ON_CALL = "on_call"  # put in where it is wanted


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
    ItemKind.BLOCK: ("market", "scale", "motion", "industry"),
    ItemKind.OBJECTION: ("market", "scale", "industry", "role"),
    ItemKind.CLOSING: ("market", "scale", "industry", "role"),
    ItemKind.EVIDENCE: ("market", "scale", "industry"),
    ItemKind.CLAUSE: ("market", "scale", "motion", "industry"),
}
"""The tags that say something about an item of the kind; a question also needs its dimension."""
PROVING = frozenset({ItemKind.CASE, ItemKind.EVIDENCE})
"""What a claim, or an answer to an objection, may rest on."""
