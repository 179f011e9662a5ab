"""Statements of every kind as they are entered, and typed."""

from datetime import date
from decimal import Decimal

from tuoke.services.exchange.rules import Span
from tuoke.steps.targeting.markets.rules import Point, Source, SourceKind, StatementDraft, StatementKind

YI = Decimal(10) ** 8
REPORT = Source(SourceKind.REPORT, "《中国企业级 SaaS 报告》", date(2026, 3, 1))
SIZE = StatementDraft(StatementKind.SIZE, REPORT, title="全国 SaaS", year=2025, amount=380 * YI, unit="亿元")
GROWTH = StatementDraft(
    StatementKind.GROWTH,
    REPORT,
    title="全国 SaaS",
    points=(Point(2023, 262 * YI), Point(2025, 380 * YI), Point(2024, 320 * YI), Point(2027, 520 * YI)),
    unit="亿元",
)
SEGMENT = StatementDraft(
    StatementKind.SEGMENT,
    REPORT,
    title="离散制造",
    text="增长快，我们有案例",
    share=Decimal("35"),
    amount=46 * YI,
    unit="亿元",
)
RIVAL = StatementDraft(
    StatementKind.COMPETITOR,
    Source(SourceKind.RIVALS, "https://example.com/price", date(2026, 8, 1)),
    price=Span(Decimal(200_000), Decimal(400_000)),
    strengths=("实施快",),
    weaknesses=("不支持私有部署",),
    counters=("比两年总成本",),
)
UNMET = StatementDraft(
    StatementKind.UNMET,
    Source(SourceKind.INTERVIEW, "访谈三家客户", date(2026, 10, 8)),
    title="生产计划主管",
    text="排产变更要人工改 5 张表",
)
ALL = (SIZE, GROWTH, SEGMENT, UNMET)

SOURCE = {"source_kind": "report", "reference": "《中国企业级 SaaS 报告》", "sourced_on": "2026-03-01"}
TYPED = {
    "size": SOURCE | {"title": "全国 SaaS", "year": "2025", "amount": "380", "unit": "亿元", "text": ""},
    "growth": SOURCE
    | {"title": "全国 SaaS", "points": "2023：262\n2024年 320亿\n2025  380", "unit": "亿元", "text": ""},
    "segment": SOURCE | {"title": "离散制造", "share": "35%", "amount": "46", "unit": "亿元", "text": "增长快"},
    "competitor": SOURCE
    | {
        "competitor": "对手甲",
        "price": "20万-40万",
        "strengths": "实施快\n便宜",
        "weaknesses": "",
        "counters": "比总成本",
    },
    "unmet": SOURCE | {"text": "排产变更要人工改 5 张表", "title": ""},
}
