"""Plain vocabulary of the market: segments and the industries a Chinese company is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import Reason, Verdict


class Market(StrEnum):
    TOB = "tob"
    TOC = "toc"


class Scale(StrEnum):
    LARGE = "large"  # 大客户
    SMALL = "small"  # 中小客户


class Motion(StrEnum):
    NEW = "new"  # 新客户开拓
    EXISTING = "existing"  # 存量深挖
    CROSS_REGION = "cross_region"  # 跨区域


@dataclass(frozen=True, slots=True)
class Segment:
    """客户类型: market × scale × motion."""

    market: Market = Market.TOB
    scale: Scale = Scale.SMALL
    motion: Motion = Motion.NEW

    def as_mapping(self) -> dict[str, str]:
        return {"market": self.market.value, "scale": self.scale.value, "motion": self.motion.value}


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What a 拓展计划 says: the company goal it serves, for what and whom, from when to when."""

    name: str
    starts_on: date
    ends_on: date
    owner_id: int
    company_goal: str = ""
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with its yearly price band in yuan; an open end is None."""

    name: str
    price_low: Decimal | None = None
    price_high: Decimal | None = None
    custom_quote: bool = False


NAME_LIMIT = 80


def sound_plan(plan: CampaignPlan) -> Verdict:
    """Codes, each with its ``field``: name_missing, name_too_long(limit), period_reversed."""
    reasons = _name_reasons(plan.name)
    if plan.ends_on < plan.starts_on:
        reasons.append(Reason("period_reversed", {"field": "ends_on"}))
    return Verdict(tuple(reasons))


def sound_offer(offer: Offer) -> Verdict:
    """Codes, each with its ``field``: name_missing, name_too_long(limit), negative, price_reversed."""
    reasons = _name_reasons(offer.name)
    if min(offer.price_low or 0, offer.price_high or 0) < 0:
        reasons.append(Reason("negative", {"field": "price_low"}))
    if offer.price_low is not None and offer.price_high is not None and offer.price_low > offer.price_high:
        reasons.append(Reason("price_reversed", {"field": "price_high"}))
    return Verdict(tuple(reasons))


def _name_reasons(name: str) -> list[Reason]:
    if not name.strip():
        return [Reason("name_missing", {"field": "name"})]
    return [Reason("name_too_long", {"field": "name", "limit": NAME_LIMIT})] if len(name) > NAME_LIMIT else []


# The 20 sections of GB/T 4754, as people say them.
INDUSTRIES = (
    "农林牧渔", "采矿业", "制造业", "电力热力燃气水", "建筑业", "批发零售", "交通运输仓储", "住宿餐饮", "信息技术", "金融业",
    "房地产", "租赁商务服务", "科学研究技术服务", "水利环境公共设施", "居民服务", "教育", "卫生社会工作", "文化体育娱乐",
    "公共管理", "国际组织",
)  # fmt: skip

# S2.1: the channels every company begins with; children may be added.
SOURCE_TREE: dict[str, tuple[str, ...]] = {
    "市场活动": ("展会", "线上研讨会"),
    "客户转介绍": (),
    "公域平台": ("行业社群", "招投标信息"),
    "官网": (),
    "陌生拜访": (),
    "其他": (),
}
