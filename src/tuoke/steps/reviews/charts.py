"""关键节点效率 as a chart: the same on the screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.steps.reviews.rules import StepDays


def days_chart(steps: Sequence[StepDays]) -> Chart | None:
    """Days per step beside the standard and the team's median; None where the deal hasn't left a step."""
    if not steps:
        return None
    series = [
        Series(_("本项目"), tuple(step.days for step in steps)),
        Series(_("标准"), tuple(step.standard for step in steps)),
    ]
    medians = tuple(step.against.median for step in steps)
    if any(median is not None for median in medians):
        series.append(Series(_("团队中位数"), medians))
    return Chart(ChartKind.COLUMNS, _("每一步用了几天"), tuple(step.name for step in steps), tuple(series), _("天"))
