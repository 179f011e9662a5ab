"""The gallery. Who may see it is decided where it is mounted (`config/urls.py`)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils import timezone

from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.base.ui.forms import SampleFilters, SampleForm
from tuoke.base.ui.gallery import EXAMPLES
from tuoke.base.ui.http import screen
from tuoke.base.ui.parts import TONES, Line, PathStep, Tab


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component of the design system with the call that draws it."""
    values = _sample_values()
    examples = [
        {"name": example.name, "call": example.call, "drawn": _drawn(example.call, values, request)}
        for example in EXAMPLES
    ]
    return screen(request, "ui/gallery.html", {"examples": examples})


def _drawn(call: str, values: dict[str, Any], request: HttpRequest) -> str:
    return engines["django"].from_string(call).render(dict(values), request)


def _sample_values() -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate()
    form = SampleForm({"company": "华瑞精密", "phone": "1380", "amount": "500000", "tier": "a", "channel": ["call"]})
    rows = [
        _row("数据整合一期", "华瑞精密", "方案呈现", "yellow", "500000", today + timedelta(days=1), "王芳"),
        _row("设备预测性维护", "恒远科技", "谈判促成", "orange", "1200000", today - timedelta(days=3), "李强"),
        _row("年度维保续约", "明德医药", "深度沟通", "lime", "88000", today + timedelta(days=9), "陈静"),
        _row("智能仓储一期", "星河物流", "初步接触", "teal", "2600000", today + timedelta(days=40), "王芳"),
    ]
    return {
        "now": now,
        "yesterday": now - timedelta(days=1),
        "last_week": now - timedelta(days=7),
        "tomorrow": today + timedelta(days=1),
        "next_week": today + timedelta(days=7),
        "won": Decimal(1_820_000),
        "small": Decimal("8600.50"),
        "huge": Decimal(312_000_000),
        "unknown": None,
        "tones": TONES,
        "steps": _path(),
        "lines": [
            Line("价值测算没有客户数据", "#reasons", "hard"),
            Line("还没有预判异议", "#reasons", "soft"),
            Line("方案按行业和刚性需求定制", "", "met"),
            Line("技术负责人没有参加演示（主管已豁免）", "", "waived"),
        ],
        "tabs": [Tab("概况", "#tabs", current=True), Tab("联系人", "#tabs", count=4), Tab("商机", "#tabs", count=0)],
        "form": form,
        "filters": SampleFilters(),
        "rows": rows,
        "columns": [
            {"number": n, "key": str(n), "name": name, "cards": rows[: n % 4], "sum": Decimal(n * 1_300_000)}
            for n, name in enumerate(STEPS, start=1)
        ],
        "growth": Chart(
            ChartKind.COLUMNS,
            "华东离散制造 MES 市场规模",
            ("2022", "2023", "2024", "2025"),
            (Series("市场规模", (31, 36, None, 46)),),
            "亿元",
        ),
        "rates": Chart(
            ChartKind.BARS, "赢单率，按行业", ("汽车零部件", "电子", "医药"), (Series("赢单率", (41, 33.5, 9)),), "%"
        ),
        "trend": Chart(
            ChartKind.LINE,
            "签约额与目标",
            ("7月", "8月", "9月", "10月"),
            (Series("目标", (60, 60, 80, 80)), Series("实际", (52, 71, 66, None))),
            "万元",
        ),
        "conflict": [("预计金额", "¥50 万", "¥48 万"), ("备注", "要带数据的测算", "")],
    }


STEPS = ("前期准备", "客户筛选", "初步接触", "深度沟通", "方案呈现", "谈判促成", "签约启动", "复盘优化")


def _path() -> list[PathStep]:
    states = ("done", "done", "skipped", "done", "current", "todo", "todo", "todo")
    days = ("", "3 天", "", "9 天", "第 16 天 / 标准 14", "", "", "")
    return [
        PathStep(number, name, state, said, url="" if state == "todo" else "#path", late=state == "current")
        for number, (name, state, said) in enumerate(zip(STEPS, states, days, strict=True), start=1)
    ]


def _row(name: str, customer: str, step: str, tone: str, amount: str, due: Any, owner: str) -> dict[str, Any]:
    late = due < timezone.localdate()
    return {
        "name": name,
        "customer": customer,
        "step": step,
        "tone": tone,
        "amount": Decimal(amount),
        "due": due,
        "owner": owner,
        "late": late,
    }
