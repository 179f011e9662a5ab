"""Plain vocabulary of the market: segments and the industries a Chinese company is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


# The 20 sections of GB/T 4754, as people say them.
INDUSTRIES = (
    "农林牧渔", "采矿业", "制造业", "电力热力燃气水", "建筑业", "批发零售", "交通运输仓储", "住宿餐饮", "信息技术", "金融业",
    "房地产", "租赁商务服务", "科学研究技术服务", "水利环境公共设施", "居民服务", "教育", "卫生社会工作", "文化体育娱乐",
    "公共管理", "国际组织",
)  # fmt: skip
