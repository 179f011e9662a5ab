"""Step 1 of the demo's story, the past: some three hundred closed deals of earlier years, as a file that is imported."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.writing import write_table
from tuoke.steps.targeting import actions as targeting

HEADERS = (
    "客户名称",
    "行业",
    "规模",
    "地区",
    "来源",
    "产品",
    "签约金额(万元)",
    "负责人",
    "立项日期",
    "关闭日期",
    "结果",
)
REFERRED = "客户转介绍"


def import_past(script: Mapping[str, Any], *, by: Principal, now: datetime) -> None:
    rows = [row for group in script["deals"] for row in _deals(group, script, until=timezone.localdate(now))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        write_table(path, headers=HEADERS, rows=rows)
        with open_table(path) as table:
            result = targeting.import_history(table=table, mapping=None, by=by, now=now)
    if result.rejected:
        raise RuntimeError(f"the demo's own history was refused: {result.rejects}")


def _deals(group: Mapping[str, Any], script: Mapping[str, Any], *, until: date) -> list[tuple[Any, ...]]:
    """As many as the script says, and as many of them won: those recommended by customers and of middle size rather."""
    rng = random.Random(group["industry"])  # noqa: S311  # the same past every time, nothing to protect
    drawn = []
    for number in range(group["n"]):
        place, source = rng.choice(script["places"]), rng.choice(script["sources"])
        size = rng.choice(script["sizes"])
        brand, trade = script["brands"][number % len(script["brands"])], group["trades"][number % len(group["trades"])]
        luck = rng.random() + 0.4 * (source == REFERRED) + 0.2 * (size[0] in "12" and "000" not in size)
        drawn.append((luck, f"{place}{brand}{trade}有限公司", size, place, source))
    drawn.sort(reverse=True)
    rows = []
    for number, (_, name, size, place, source) in enumerate(drawn):
        won = number < group["won"]
        closed = until - timedelta(days=rng.randrange(5, 1000))
        began = closed - timedelta(days=rng.randrange(25, 110) + 20 * (not won))
        amount = rng.randrange(12, 80) if won else ""
        product = "数据整合平台" if rng.random() < 0.6 else rng.choice(("客户服务工作台", "智能对账"))
        owner = rng.choice(script["owners"])
        outcome = "赢单" if won else "输单"
        rows.append((name, group["industry"], size, place, source, product, amount, owner, began, closed, outcome))
    return rows
