"""Which items are for whom (S3.2, S4.1): what a customer's industry and a contact's position mean in the library's tags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tuoke.spine.catalog.rules import INDUSTRIES
from tuoke.spine.library.rules.vocabulary import JobRole

WEIGHTS: Mapping[str, int] = {
    "trigger": 16, "dimension": 16, "industry": 8, "role": 6, "motion": 5, "channel": 4, "scale": 3, "market": 2,
}  # fmt: skip
"""What a matching tag counts: the rarer the match, the more it says."""
UNSURE = -1
"""What a tag counts while the fact that it asks for isn't known: still offered, behind what is for everybody."""
UNTOLD = -8
"""What a reason to call counts of which nobody noted that it is one: behind everything else that fits as well."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whom something is wanted for; what is empty is unknown, or any.

    ``industry`` and ``role`` may be as people wrote them (汽车零部件, 采购总监): ``industry_of`` and ``role_of`` read them.
    ``triggers`` are the kinds of what happened lately.
    """

    market: str = ""
    scale: str = ""
    motion: str = ""
    industry: str = ""
    channel: str = ""
    role: str = ""
    dimension: str = ""
    triggers: tuple[str, ...] = ()

    def wanted(self) -> dict[str, tuple[str, ...]]:
        """Per tag the values that are right; no values where nothing is known."""
        role = self.role if self.role in set(JobRole) else role_of(self.role)
        said = {
            "market": self.market, "scale": self.scale, "motion": self.motion, "channel": self.channel,
            "dimension": self.dimension, "industry": industry_of(self.industry), "role": role,
        }  # fmt: skip
        return {**{name: (value,) if value else () for name, value in said.items()}, "trigger": self.triggers}


_INDUSTRY_WORDS: Mapping[str, tuple[str, ...]] = {
    "制造业": (
        "制造", "机械", "设备", "零部件", "汽配", "汽车", "电子", "半导体", "芯片", "化工", "材料", "食品", "饮料", "服装", "纺织",
        "家具", "包装", "印刷", "五金", "模具", "塑料", "橡胶", "医药", "制药", "医疗器械", "钢铁", "冶金", "家电", "工厂", "注塑", "装备",
    ),
    "信息技术": ("软件", "saas", "互联网", "信息", "it", "云计算", "大数据", "人工智能", "通信", "电信", "游戏", "数据服务"),
    "批发零售": ("零售", "批发", "商超", "超市", "便利店", "电商", "门店", "连锁", "贸易", "经销", "百货", "专卖"),
    "租赁商务服务": ("企业服务", "商务服务", "咨询", "人力资源", "广告", "会展", "律师", "法律", "财税", "代理", "租赁", "安保", "物业外包", "外包"),
    "交通运输仓储": ("物流", "运输", "仓储", "快递", "货运", "供应链", "港口", "航空", "冷链"),
    "住宿餐饮": ("餐饮", "酒店", "餐厅", "住宿", "茶饮", "咖啡", "民宿"),
    "金融业": ("金融", "银行", "保险", "证券", "基金", "信托", "支付", "小贷"),
    "房地产": ("房地产", "地产", "物业", "楼盘"),
    "教育": ("教育", "学校", "培训", "高校", "幼儿园", "职校", "大学"),
    "卫生社会工作": ("医院", "医疗", "诊所", "卫生", "养老", "体检", "口腔"),
    "建筑业": ("建筑", "施工", "装修", "装饰", "工程", "建设"),
    "公共管理": ("政府", "机关", "事业单位", "公安", "政务", "街道", "委办"),
    "电力热力燃气水": ("电力", "燃气", "热力", "水务", "新能源", "光伏", "风电", "储能"),
    "居民服务": ("家政", "美容", "美发", "洗染", "维修", "居民服务", "健身"),
    "科学研究技术服务": ("科研", "检测", "检验", "设计院", "技术服务", "勘察", "研究院"),
    "文化体育娱乐": ("文化", "传媒", "影视", "出版", "体育", "娱乐", "旅游"),
    "农林牧渔": ("农业", "种植", "养殖", "畜牧", "林业", "渔业", "农产品"),
    "采矿业": ("矿", "采掘", "石油", "天然气开采"),
    "水利环境公共设施": ("环保", "水利", "环卫", "园林", "污水"),
}  # fmt: skip

_ROLE_WORDS: tuple[tuple[JobRole, tuple[str, ...]], ...] = (
    (JobRole.FINANCE, ("财务", "会计", "cfo", "出纳", "审计", "成本")),
    (JobRole.PURCHASING, ("采购", "招标", "供应商管理", "寻源", "sourcing")),
    (JobRole.TECHNOLOGY, ("cto", "cio", "技术", "信息", "it", "研发", "架构", "运维", "数字化", "网络", "开发", "数据")),
    (JobRole.PEOPLE, ("人力", "人事", "hr", "行政", "培训主管")),
    (JobRole.EXECUTIVE, ("董事", "总经理", "ceo", "总裁", "创始人", "老板", "厂长", "院长", "校长", "法人", "合伙人")),
    (JobRole.USER, ("专员", "助理", "文员", "操作", "班组", "客服", "店员", "工程师", "员工")),
    (JobRole.BUSINESS, ("运营", "生产", "销售", "市场", "业务", "门店", "店长", "物流", "仓储", "质量", "品质", "coo", "经理", "主管", "总监", "主任", "副总")),
)  # fmt: skip

_DEPUTY = re.compile("副(?:总经理|总裁|董事长|厂长|院长|校长)")
"""A deputy answers for a part of the business, not for all of it."""


def industry_of(said: str) -> str:
    """The section of GB/T 4754 that a customer's industry as written belongs to; empty where the words don't tell."""
    said = said.strip()
    if not said or said in INDUSTRIES:
        return said
    folded = said.casefold()
    for section in INDUSTRIES:
        if section in folded:
            return section
    hits = {
        section: max((len(word) for word in words if _has(folded, word)), default=0)
        for section, words in _INDUSTRY_WORDS.items()
    }
    best = max(hits, key=lambda section: hits[section])
    return best if hits[best] else ""


def role_of(position: str, *, is_person: bool = False) -> str:
    """What somebody answers for, read from his position (采购总监 → purchasing); empty where the words don't tell."""
    if is_person:
        return JobRole.CONSUMER.value
    folded = _DEPUTY.sub("副总", position.strip().casefold())
    return next((role.value for role, words in _ROLE_WORDS if any(_has(folded, word) for word in words)), "")


def _has(folded: str, word: str) -> bool:
    """Latin words stand alone: it is not in digital."""
    if not word.isascii():
        return word in folded
    at = folded.find(word)
    around = folded[at - 1 : at] + folded[at + len(word) : at + len(word) + 1]
    return at >= 0 and not any(c.isascii() and c.isalpha() for c in around)
