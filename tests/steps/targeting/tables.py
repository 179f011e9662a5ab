"""Files as people send them: written to disk and opened the way an import opens them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tuoke.services.exchange.reading import Table, open_table
from tuoke.services.exchange.writing import write_table

TEMPLATE_1 = (
    ("维度", "具体内容描述", "示例(ToB企业服务)"),
    (
        "行业属性",
        "客户所属细分行业、行业生命周期(成长期/成熟期)、政策影响",
        "SaaS行业、成长期、受“企业数字化转型”政策推动",
    ),
    ("企业规模", "员工人数、年营收、客户数量", "100-500人、年营收5000万-2亿、付费客户≥50家"),
    (
        "决策链角色",
        "关键决策人(如CEO、采购总监)、影响者(如部门经理、技术顾问)",
        "决策人:CTO总;影响者:运维主管经理",
    ),
    (
        "痛点优先级",
        "当前面临的核心痛点(如效率低、成本高、合规风险)及紧急程度",
        "核心痛点:数据分散导致协作效率低;紧急度:高(近期客户投诉增加)",
    ),
    ("预算匹配度", "客户采购预算区间与产品价格区间对比", "预算20万-50万;产品年费30万-80万(可接受定制化报价)"),
)
"""模板1 of the process document, cell for cell."""


@contextmanager
def opened(path: Path, rows: Sequence[Sequence[object]]) -> Iterator[Table]:
    write_table(path, headers=[str(h) for h in rows[0]], rows=rows[1:])  # type: ignore[arg-type]
    with open_table(path) as table:
        yield table
