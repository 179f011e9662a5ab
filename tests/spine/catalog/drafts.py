"""A product and a competitor as they are entered."""

from decimal import Decimal

from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.rules import CompetitorDraft, PainHelp, ProductDraft, ProductFits

PRODUCT = ProductDraft(
    name="数据平台",
    price=Span(Decimal(300_000), Decimal(800_000)),
    unit="年",
    fits=ProductFits(
        industries=("制造业", "信息技术"),
        staff=Span(100, 500),
        revenue=Span(Decimal(50_000_000), None),
        pains=(PainHelp("数据分散", "统一口径"), PainHelp("换线停机")),
    ),
)
COMPETITOR = CompetitorDraft(
    name="对手甲",
    price=Span(Decimal(200_000), Decimal(400_000)),
    strengths=("实施快，两周上线",),
    weaknesses=("不支持私有部署", "没有制造业案例"),
    counters=("用三个同行案例比两年总成本",),
)
