"""What a customer's need is about, read from his words, and which block of a proposal answers it (S5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tuoke.spine.library.rules.content import BlockContent
from tuoke.spine.library.rules.vocabulary import NeedType

NEED_WORDS: Mapping[NeedType, tuple[str, ...]] = {
    NeedType.COST: ("成本", "费用", "省钱", "降本", "浪费", "损失", "人工费", "开支", "库存积压", "呆滞", "能耗", "赔付", "预算内"),
    NeedType.EFFICIENCY: (
        "效率", "手工", "人工", "重复录入", "重复", "表格", "excel", "对账", "加班", "自动", "提效", "人手", "慢", "打通", "整合",
        "同步", "协同", "排产", "换线", "报表", "审批",
    ),
    NeedType.QUALITY: ("质量", "返工", "不良", "报废", "追溯", "差错", "出错", "错漏", "准确", "合格", "品质", "检验"),
    NeedType.DELIVERY: ("交期", "交付", "延期", "准时", "排期", "插单", "缺料", "断货", "进度", "工期", "上线时间", "发货"),
    NeedType.SECURITY: ("安全", "合规", "权限", "等保", "审计", "泄露", "备份", "隐私", "监管", "认证", "数据不出", "本地部署"),
    NeedType.EXPERIENCE: ("满意", "投诉", "体验", "响应", "服务", "口碑", "等候", "等待", "售后", "回访", "续约", "流失"),
    NeedType.GROWTH: ("增长", "销售额", "业绩", "复购", "获客", "客单", "市场份额", "新客", "转化", "会员", "扩张", "开店"),
    NeedType.INSIGHT: ("数据", "报表", "看板", "可视化", "分析", "预警", "决策", "实时", "口径", "预测", "统计", "接口"),
}  # fmt: skip
EMPHASIS: Mapping[str, tuple[NeedType, ...]] = {
    "制造业": (NeedType.COST, NeedType.EFFICIENCY),
    "建筑业": (NeedType.COST, NeedType.DELIVERY),
    "采矿业": (NeedType.COST, NeedType.SECURITY),
    "电力热力燃气水": (NeedType.SECURITY, NeedType.COST),
    "交通运输仓储": (NeedType.DELIVERY, NeedType.COST),
    "批发零售": (NeedType.GROWTH, NeedType.DELIVERY),
    "住宿餐饮": (NeedType.EXPERIENCE, NeedType.GROWTH),
    "租赁商务服务": (NeedType.EXPERIENCE, NeedType.EFFICIENCY),
    "居民服务": (NeedType.EXPERIENCE, NeedType.GROWTH),
    "卫生社会工作": (NeedType.EXPERIENCE, NeedType.SECURITY),
    "教育": (NeedType.EXPERIENCE, NeedType.EFFICIENCY),
    "文化体育娱乐": (NeedType.EXPERIENCE, NeedType.GROWTH),
    "房地产": (NeedType.EXPERIENCE, NeedType.COST),
    "金融业": (NeedType.SECURITY, NeedType.EXPERIENCE),
    "公共管理": (NeedType.SECURITY, NeedType.EXPERIENCE),
    "信息技术": (NeedType.EFFICIENCY, NeedType.INSIGHT),
    "科学研究技术服务": (NeedType.QUALITY, NeedType.INSIGHT),
}
"""What a proposal brings to the fore by the customer's industry: 制造业 → 降本增效, 服务业 → 客户满意度 (source, step 5)."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well a block answers a need: the types they share and the words of the block found in it."""

    need_types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.need_types or self.words)

    @property
    def points(self) -> int:
        return 2 * len(self.words) + len(self.need_types)


def need_types_of(text: str) -> tuple[str, ...]:
    """What a need is about, what is said of most first; nothing where no word tells."""
    folded = text.casefold()
    hits = {kind.value: sum(word in folded for word in words) for kind, words in NEED_WORDS.items()}
    return tuple(sorted((kind for kind, count in hits.items() if count), key=lambda kind: -hits[kind]))


def emphasis_of(industry: str) -> tuple[NeedType, ...]:
    """What to bring to the fore for an industry of ``catalog.rules.INDUSTRIES`` (``industry_of`` reads it)."""
    return EMPHASIS.get(industry, ())


def match(block: BlockContent, *, text: str, need_types: Iterable[str] = ()) -> Match:
    """Does the block answer the need that is described in ``text``? ``need_types`` say more than its words tell."""
    folded = text.casefold()
    about = {*need_types_of(text), *need_types}
    return Match(
        tuple(kind for kind in block.need_types if kind in about),
        tuple(word for word in block.need_words if word.casefold() in folded),
    )
