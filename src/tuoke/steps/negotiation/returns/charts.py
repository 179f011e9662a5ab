"""The charts of a calculation: the same on the screen, on the customer's page, in Word and in PDF (S6.3)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.base.ui.scales import MoneyScale
from tuoke.steps.negotiation.returns.rules import Figures, Result


def charts_of(figures: Figures, result: Result) -> tuple[Chart, ...]:
    """How it comes back, what saves how much, and what the others cost; only charts that say something."""
    drawn = [course_chart(figures, result)]
    if len(figures.savings) > 1:
        drawn.append(savings_chart(figures))
    if result.rivals:
        drawn.append(cost_chart(figures, result))
    return tuple(chart for chart in drawn if chart.says_something)


def course_chart(figures: Figures, result: Result) -> Chart:
    """累计净收益 quarter by quarter: above nothing it has come back."""
    scale = MoneyScale(value for _month, value in result.course)
    title = ngettext(
        "%(count)s 年累计净收益，按月数（零线以上就是回本）",
        "%(count)s 年累计净收益，按月数（零线以上就是回本）",
        figures.years,
    )
    return Chart(
        ChartKind.LINE,
        title % {"count": figures.years},
        tuple(str(month) for month, _value in result.course),
        (Series(_("累计净收益"), tuple(scale.down(value) for _month, value in result.course)),),
        unit=scale.unit,
    )


def savings_chart(figures: Figures) -> Chart:
    scale = MoneyScale(saving.yearly for saving in figures.savings)
    return Chart(
        ChartKind.BARS,
        _("各项每年节省"),
        tuple(saving.name for saving in figures.savings),
        (Series(_("每年节省"), tuple(scale.down(saving.yearly) for saving in figures.savings)),),
        unit=scale.unit,
    )


def cost_chart(figures: Figures, result: Result) -> Chart:
    """Total cost, not list price: what each costs over the years."""
    totals = [(_("我们"), result.total_cost), *((rival.name, rival.total) for rival in result.rivals)]
    scale = MoneyScale(total for _name, total in totals)
    title = ngettext("%(count)s 年总成本", "%(count)s 年总成本", figures.years) % {"count": figures.years}
    return Chart(
        ChartKind.BARS,
        title,
        tuple(name for name, _total in totals),
        (Series(_("总成本"), tuple(scale.down(total) for _name, total in totals)),),
        unit=scale.unit,
    )
